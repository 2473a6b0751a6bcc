module {
  llvm.func @vblock_8x1_f32_i16_vector_bias(%arg0: !llvm.ptr, %arg1: i64) {
    %0 = arith.constant 0 : i64
    %1 = llvm.getelementptr %arg0[%0] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %2 = llvm.load %1 {alignment = 8 : i64} : !llvm.ptr -> i64
    %3 = llvm.inttoptr %2 : i64 to !llvm.ptr
    %4 = arith.constant 1 : i64
    %5 = llvm.getelementptr %arg0[%4] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %6 = llvm.load %5 {alignment = 8 : i64} : !llvm.ptr -> i64
    %7 = llvm.inttoptr %6 : i64 to !llvm.ptr
    %8 = arith.constant 2 : i64
    %9 = llvm.getelementptr %arg0[%8] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %10 = llvm.load %9 {alignment = 8 : i64} : !llvm.ptr -> i64
    %11 = arith.constant 3 : i64
    %12 = llvm.getelementptr %arg0[%11] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %13 = llvm.load %12 {alignment = 8 : i64} : !llvm.ptr -> i64
    %14 = llvm.inttoptr %13 : i64 to !llvm.ptr
    %15 = arith.constant 4 : i64
    %16 = llvm.getelementptr %arg0[%15] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %17 = llvm.load %16 {alignment = 8 : i64} : !llvm.ptr -> i64
    %18 = llvm.inttoptr %17 : i64 to !llvm.ptr
    %19 = arith.constant 5 : i64
    %20 = llvm.getelementptr %arg0[%19] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %21 = llvm.load %20 {alignment = 8 : i64} : !llvm.ptr -> i64
    %22 = llvm.inttoptr %21 : i64 to !llvm.ptr
    %23 = arith.constant 6 : i64
    %24 = llvm.getelementptr %arg0[%23] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %25 = llvm.load %24 {alignment = 8 : i64} : !llvm.ptr -> i64
    %26 = llvm.inttoptr %25 : i64 to !llvm.ptr
    %27 = arith.constant 7 : i64
    %28 = llvm.getelementptr %arg0[%27] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %29 = llvm.load %28 {alignment = 8 : i64} : !llvm.ptr -> i64
    %30 = llvm.inttoptr %29 : i64 to !llvm.ptr
    %31 = arith.constant 8 : i64
    %32 = llvm.getelementptr %arg0[%31] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %33 = llvm.load %32 {alignment = 8 : i64} : !llvm.ptr -> i64
    %34 = llvm.inttoptr %33 : i64 to !llvm.ptr
    %35 = arith.constant 9 : i64
    %36 = llvm.getelementptr %arg0[%35] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %37 = llvm.load %36 {alignment = 8 : i64} : !llvm.ptr -> i64
    %38 = llvm.inttoptr %37 : i64 to !llvm.ptr
    %39 = arith.constant 10 : i64
    %40 = llvm.getelementptr %arg0[%39] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %41 = llvm.load %40 {alignment = 8 : i64} : !llvm.ptr -> i64
    %42 = llvm.inttoptr %41 : i64 to !llvm.ptr
    %43 = arith.constant 11 : i64
    %44 = llvm.getelementptr %arg0[%43] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %45 = llvm.load %44 {alignment = 8 : i64} : !llvm.ptr -> i64
    %46 = llvm.inttoptr %45 : i64 to !llvm.ptr
    %47 = arith.constant 12 : i64
    %48 = llvm.getelementptr %arg0[%47] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %49 = llvm.load %48 {alignment = 8 : i64} : !llvm.ptr -> i64
    %50 = arith.constant 13 : i64
    %51 = llvm.getelementptr %arg0[%50] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %52 = llvm.load %51 {alignment = 8 : i64} : !llvm.ptr -> i64
    %53 = arith.constant 14 : i64
    %54 = llvm.getelementptr %arg0[%53] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %55 = llvm.load %54 {alignment = 8 : i64} : !llvm.ptr -> i64
    %56 = arith.constant 15 : i64
    %57 = llvm.getelementptr %arg0[%56] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %58 = llvm.load %57 {alignment = 8 : i64} : !llvm.ptr -> i64
    %59 = arith.constant 16 : i64
    %60 = llvm.getelementptr %arg0[%59] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %61 = llvm.load %60 {alignment = 8 : i64} : !llvm.ptr -> i64
    %62 = arith.constant 17 : i64
    %63 = llvm.getelementptr %arg0[%62] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %64 = llvm.load %63 {alignment = 8 : i64} : !llvm.ptr -> i64
    %65 = arith.constant 18 : i64
    %66 = llvm.getelementptr %arg0[%65] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %67 = llvm.load %66 {alignment = 8 : i64} : !llvm.ptr -> i64
    %68 = arith.constant 19 : i64
    %69 = llvm.getelementptr %arg0[%68] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %70 = llvm.load %69 {alignment = 8 : i64} : !llvm.ptr -> i64
    %71 = arith.constant 20 : i64
    %72 = llvm.getelementptr %arg0[%71] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %73 = llvm.load %72 {alignment = 8 : i64} : !llvm.ptr -> i64
    %74 = arith.constant 21 : i64
    %75 = llvm.getelementptr %arg0[%74] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %76 = llvm.load %75 {alignment = 8 : i64} : !llvm.ptr -> i64
    %77 = arith.constant 22 : i64
    %78 = llvm.getelementptr %arg0[%77] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %79 = llvm.load %78 {alignment = 8 : i64} : !llvm.ptr -> i64
    %80 = arith.constant 23 : i64
    %81 = llvm.getelementptr %arg0[%80] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %82 = llvm.load %81 {alignment = 8 : i64} : !llvm.ptr -> i64
    %83 = arith.constant 24 : i64
    %84 = llvm.getelementptr %arg0[%83] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %85 = llvm.load %84 {alignment = 8 : i64} : !llvm.ptr -> i64
    %86 = arith.constant 25 : i64
    %87 = llvm.getelementptr %arg0[%86] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %88 = llvm.load %87 {alignment = 8 : i64} : !llvm.ptr -> i64
    %89 = arith.constant 26 : i64
    %90 = llvm.getelementptr %arg0[%89] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %91 = llvm.load %90 {alignment = 8 : i64} : !llvm.ptr -> i64
    %92 = arith.constant 27 : i64
    %93 = llvm.getelementptr %arg0[%92] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %94 = llvm.load %93 {alignment = 8 : i64} : !llvm.ptr -> i64
    %95 = arith.constant 28 : i64
    %96 = llvm.getelementptr %arg0[%95] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %97 = llvm.load %96 {alignment = 8 : i64} : !llvm.ptr -> i64
    %98 = arith.constant 29 : i64
    %99 = llvm.getelementptr %arg0[%98] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %100 = llvm.load %99 {alignment = 8 : i64} : !llvm.ptr -> i64
    %101 = arith.constant 30 : i64
    %102 = llvm.getelementptr %arg0[%101] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %103 = llvm.load %102 {alignment = 8 : i64} : !llvm.ptr -> i64
    %104 = arith.muli %58, %8 : i64
    %105 = llvm.getelementptr %30[%104] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    %106 = llvm.load %105 {alignment = 4 : i64} : !llvm.ptr -> i32
    %107 = arith.extsi %106 : i32 to i64
    %108 = arith.muli %58, %15 : i64
    %109 = arith.addi %107, %108 : i64
    %110 = arith.muli %109, %arg1 : i64
    %111 = arith.divui %110, %10 : i64
    %112 = arith.constant 32 : i64
    %116:2 = scf.for %113 = %0 to %112 step %4 iter_args(%114 = %0, %115 = %58) -> (i64, i64) : i64 {
      %117 = arith.addi %114, %115 : i64
      %118 = arith.divui %117, %8 : i64
      %119 = arith.muli %118, %8 : i64
      %120 = llvm.getelementptr %30[%119] : (!llvm.ptr, i64) -> !llvm.ptr, i32
      %121 = llvm.load %120 {alignment = 4 : i64} : !llvm.ptr -> i32
      %122 = arith.extsi %121 : i32 to i64
      %123 = arith.muli %118, %15 : i64
      %124 = arith.addi %122, %123 : i64
      %125 = arith.cmpi slt, %124, %111 : i64
      %126 = arith.addi %118, %4 : i64
      %127 = arith.select %125, %126, %114 : i64
      %128 = arith.select %125, %115, %118 : i64
      scf.yield %127, %128 : i64, i64
    }
    %129 = arith.addi %arg1, %4 : i64
    %130 = arith.muli %58, %8 : i64
    %131 = llvm.getelementptr %30[%130] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    %132 = llvm.load %131 {alignment = 4 : i64} : !llvm.ptr -> i32
    %133 = arith.extsi %132 : i32 to i64
    %134 = arith.muli %58, %15 : i64
    %135 = arith.addi %133, %134 : i64
    %136 = arith.muli %135, %129 : i64
    %137 = arith.divui %136, %10 : i64
    %141:2 = scf.for %138 = %0 to %112 step %4 iter_args(%139 = %0, %140 = %58) -> (i64, i64) : i64 {
      %142 = arith.addi %139, %140 : i64
      %143 = arith.divui %142, %8 : i64
      %144 = arith.muli %143, %8 : i64
      %145 = llvm.getelementptr %30[%144] : (!llvm.ptr, i64) -> !llvm.ptr, i32
      %146 = llvm.load %145 {alignment = 4 : i64} : !llvm.ptr -> i32
      %147 = arith.extsi %146 : i32 to i64
      %148 = arith.muli %143, %15 : i64
      %149 = arith.addi %147, %148 : i64
      %150 = arith.cmpi slt, %149, %137 : i64
      %151 = arith.addi %143, %4 : i64
      %152 = arith.select %150, %151, %139 : i64
      %153 = arith.select %150, %140, %143 : i64
      scf.yield %152, %153 : i64, i64
    }
    %154 = arith.divui %49, %15 : i64
    %155 = arith.muli %154, %15 : i64
    scf.for %156 = %0 to %155 step %15 : i64 {
      %158 = arith.muli %156, %70 : i64
      %159 = arith.addi %156, %4 : i64
      %160 = arith.muli %159, %70 : i64
      %161 = arith.addi %156, %8 : i64
      %162 = arith.muli %161, %70 : i64
      %163 = arith.addi %156, %11 : i64
      %164 = arith.muli %163, %70 : i64
      %165 = llvm.getelementptr %14[%158] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %166 = llvm.getelementptr %14[%160] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %167 = llvm.getelementptr %14[%162] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %168 = llvm.getelementptr %14[%164] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %169 = arith.constant dense<0.000000000e+00> : vector<16xf32>
      %172 = scf.for %170 = %0 to %52 step %59 iter_args(%171 = %169) -> (vector<16xf32>) : i64 {
        %173 = arith.subi %52, %170 : i64
        %174 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi64>
        %175 = vector.broadcast %173 : i64 to vector<16xi64>
        %176 = arith.cmpi slt, %174, %175 : vector<16xi64>
        %177 = llvm.getelementptr %165[%170] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        %178 = llvm.intr.masked.load %177, %176, %169 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
        %179 = llvm.intr.fmuladd(%178, %169, %171) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
        %180 = llvm.getelementptr %166[%170] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        %181 = llvm.intr.masked.load %180, %176, %169 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
        %182 = llvm.intr.fmuladd(%181, %169, %179) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
        %183 = llvm.getelementptr %167[%170] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        %184 = llvm.intr.masked.load %183, %176, %169 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
        %185 = llvm.intr.fmuladd(%184, %169, %182) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
        %186 = llvm.getelementptr %168[%170] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        %187 = llvm.intr.masked.load %186, %176, %169 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
        %188 = llvm.intr.fmuladd(%187, %169, %185) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
        scf.yield %188 : vector<16xf32>
      }
      %189 = vector.reduction <add>, %172 : vector<16xf32> into f32
      %190 = arith.constant 0.000000000e+00 : f32
      %191 = arith.cmpf ord, %189, %190 : f32
      scf.for %192 = %116#0 to %141#0 step %4 : i64 {
        %194 = arith.muli %100, %58 : i64
        %195 = arith.addi %192, %194 : i64
        %196 = arith.muli %195, %8 : i64
        %197 = arith.addi %196, %4 : i64
        %198 = llvm.getelementptr %30[%197] : (!llvm.ptr, i64) -> !llvm.ptr, i32
        %199 = llvm.load %198 {alignment = 4 : i64} : !llvm.ptr -> i32
        %200 = arith.extsi %199 : i32 to i64
        %201 = arith.addi %195, %4 : i64
        %202 = arith.muli %201, %8 : i64
        %203 = arith.addi %202, %4 : i64
        %204 = llvm.getelementptr %30[%203] : (!llvm.ptr, i64) -> !llvm.ptr, i32
        %205 = llvm.load %204 {alignment = 4 : i64} : !llvm.ptr -> i32
        %206 = arith.extsi %205 : i32 to i64
        %207 = arith.subi %206, %200 : i64
        %208 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
        %209 = vector.broadcast %207 : i64 to vector<8xi64>
        %210 = arith.cmpi slt, %208, %209 : vector<8xi64>
        %211 = arith.constant dense<0.000000000e+00> : vector<8xf32>
        %212 = llvm.getelementptr %34[%200] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        %213 = llvm.intr.masked.load %212, %210, %211 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
        %214 = arith.addi %100, %4 : i64
        %220:4 = scf.for %215 = %0 to %214 step %4 iter_args(%216 = %213, %217 = %213, %218 = %213, %219 = %213) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
          %221 = arith.muli %215, %58 : i64
          %222 = arith.addi %221, %192 : i64
          %223 = arith.muli %222, %8 : i64
          %224 = llvm.getelementptr %30[%223] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %225 = llvm.load %224 {alignment = 4 : i64} : !llvm.ptr -> i32
          %226 = arith.extsi %225 : i32 to i64
          %227 = arith.addi %222, %4 : i64
          %228 = arith.muli %227, %8 : i64
          %229 = llvm.getelementptr %30[%228] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %230 = llvm.load %229 {alignment = 4 : i64} : !llvm.ptr -> i32
          %231 = arith.extsi %230 : i32 to i64
          %232 = arith.muli %215, %103 : i64
          %233 = arith.cmpi eq, %100, %0 : i64
          %234 = arith.addi %232, %103 : i64
          %235 = arith.minsi %234, %52 : i64
          %236 = arith.select %233, %52, %235 : i64
          %237:4 = scf.if %191 -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) {
            %238 = arith.subi %231, %226 : i64
            %239 = arith.divui %238, %15 : i64
            %240 = arith.muli %239, %15 : i64
            %241 = arith.addi %226, %240 : i64
            %259:16 = scf.for %242 = %226 to %241 step %15 iter_args(%243 = %216, %244 = %217, %245 = %218, %246 = %219, %247 = %211, %248 = %211, %249 = %211, %250 = %211, %251 = %211, %252 = %211, %253 = %211, %254 = %211, %255 = %211, %256 = %211, %257 = %211, %258 = %211) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
              %260 = llvm.getelementptr %26[%242] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %261 = llvm.load %260 {alignment = 2 : i64} : !llvm.ptr -> i16
              %262 = arith.extui %261 : i16 to i64
              %263 = arith.muli %242, %31 : i64
              %264 = llvm.getelementptr %22[%263] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %265 = llvm.load %264 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %266 = llvm.getelementptr %165[%262] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %267 = llvm.load %266 {alignment = 4 : i64} : !llvm.ptr -> f32
              %268 = vector.broadcast %267 : f32 to vector<8xf32>
              %269 = llvm.intr.fmuladd(%265, %268, %243) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %270 = llvm.getelementptr %166[%262] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %271 = llvm.load %270 {alignment = 4 : i64} : !llvm.ptr -> f32
              %272 = vector.broadcast %271 : f32 to vector<8xf32>
              %273 = llvm.intr.fmuladd(%265, %272, %244) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %274 = llvm.getelementptr %167[%262] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %275 = llvm.load %274 {alignment = 4 : i64} : !llvm.ptr -> f32
              %276 = vector.broadcast %275 : f32 to vector<8xf32>
              %277 = llvm.intr.fmuladd(%265, %276, %245) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %278 = llvm.getelementptr %168[%262] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %279 = llvm.load %278 {alignment = 4 : i64} : !llvm.ptr -> f32
              %280 = vector.broadcast %279 : f32 to vector<8xf32>
              %281 = llvm.intr.fmuladd(%265, %280, %246) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %282 = arith.addi %242, %4 : i64
              %283 = llvm.getelementptr %26[%282] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %284 = llvm.load %283 {alignment = 2 : i64} : !llvm.ptr -> i16
              %285 = arith.extui %284 : i16 to i64
              %286 = arith.muli %282, %31 : i64
              %287 = llvm.getelementptr %22[%286] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %288 = llvm.load %287 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %289 = llvm.getelementptr %165[%285] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %290 = llvm.load %289 {alignment = 4 : i64} : !llvm.ptr -> f32
              %291 = vector.broadcast %290 : f32 to vector<8xf32>
              %292 = llvm.intr.fmuladd(%288, %291, %247) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %293 = llvm.getelementptr %166[%285] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %294 = llvm.load %293 {alignment = 4 : i64} : !llvm.ptr -> f32
              %295 = vector.broadcast %294 : f32 to vector<8xf32>
              %296 = llvm.intr.fmuladd(%288, %295, %248) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %297 = llvm.getelementptr %167[%285] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %298 = llvm.load %297 {alignment = 4 : i64} : !llvm.ptr -> f32
              %299 = vector.broadcast %298 : f32 to vector<8xf32>
              %300 = llvm.intr.fmuladd(%288, %299, %249) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %301 = llvm.getelementptr %168[%285] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %302 = llvm.load %301 {alignment = 4 : i64} : !llvm.ptr -> f32
              %303 = vector.broadcast %302 : f32 to vector<8xf32>
              %304 = llvm.intr.fmuladd(%288, %303, %250) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %305 = arith.addi %242, %8 : i64
              %306 = llvm.getelementptr %26[%305] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %307 = llvm.load %306 {alignment = 2 : i64} : !llvm.ptr -> i16
              %308 = arith.extui %307 : i16 to i64
              %309 = arith.muli %305, %31 : i64
              %310 = llvm.getelementptr %22[%309] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %311 = llvm.load %310 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %312 = llvm.getelementptr %165[%308] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %313 = llvm.load %312 {alignment = 4 : i64} : !llvm.ptr -> f32
              %314 = vector.broadcast %313 : f32 to vector<8xf32>
              %315 = llvm.intr.fmuladd(%311, %314, %251) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %316 = llvm.getelementptr %166[%308] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %317 = llvm.load %316 {alignment = 4 : i64} : !llvm.ptr -> f32
              %318 = vector.broadcast %317 : f32 to vector<8xf32>
              %319 = llvm.intr.fmuladd(%311, %318, %252) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %320 = llvm.getelementptr %167[%308] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %321 = llvm.load %320 {alignment = 4 : i64} : !llvm.ptr -> f32
              %322 = vector.broadcast %321 : f32 to vector<8xf32>
              %323 = llvm.intr.fmuladd(%311, %322, %253) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %324 = llvm.getelementptr %168[%308] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %325 = llvm.load %324 {alignment = 4 : i64} : !llvm.ptr -> f32
              %326 = vector.broadcast %325 : f32 to vector<8xf32>
              %327 = llvm.intr.fmuladd(%311, %326, %254) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %328 = arith.addi %242, %11 : i64
              %329 = llvm.getelementptr %26[%328] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %330 = llvm.load %329 {alignment = 2 : i64} : !llvm.ptr -> i16
              %331 = arith.extui %330 : i16 to i64
              %332 = arith.muli %328, %31 : i64
              %333 = llvm.getelementptr %22[%332] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %334 = llvm.load %333 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %335 = llvm.getelementptr %165[%331] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %336 = llvm.load %335 {alignment = 4 : i64} : !llvm.ptr -> f32
              %337 = vector.broadcast %336 : f32 to vector<8xf32>
              %338 = llvm.intr.fmuladd(%334, %337, %255) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %339 = llvm.getelementptr %166[%331] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %340 = llvm.load %339 {alignment = 4 : i64} : !llvm.ptr -> f32
              %341 = vector.broadcast %340 : f32 to vector<8xf32>
              %342 = llvm.intr.fmuladd(%334, %341, %256) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %343 = llvm.getelementptr %167[%331] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %344 = llvm.load %343 {alignment = 4 : i64} : !llvm.ptr -> f32
              %345 = vector.broadcast %344 : f32 to vector<8xf32>
              %346 = llvm.intr.fmuladd(%334, %345, %257) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %347 = llvm.getelementptr %168[%331] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %348 = llvm.load %347 {alignment = 4 : i64} : !llvm.ptr -> f32
              %349 = vector.broadcast %348 : f32 to vector<8xf32>
              %350 = llvm.intr.fmuladd(%334, %349, %258) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              scf.yield %269, %273, %277, %281, %292, %296, %300, %304, %315, %319, %323, %327, %338, %342, %346, %350 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
            }
            %351 = arith.addf %259#0, %259#4 : vector<8xf32>
            %352 = arith.addf %351, %259#8 : vector<8xf32>
            %353 = arith.addf %352, %259#12 : vector<8xf32>
            %354 = arith.addf %259#1, %259#5 : vector<8xf32>
            %355 = arith.addf %354, %259#9 : vector<8xf32>
            %356 = arith.addf %355, %259#13 : vector<8xf32>
            %357 = arith.addf %259#2, %259#6 : vector<8xf32>
            %358 = arith.addf %357, %259#10 : vector<8xf32>
            %359 = arith.addf %358, %259#14 : vector<8xf32>
            %360 = arith.addf %259#3, %259#7 : vector<8xf32>
            %361 = arith.addf %360, %259#11 : vector<8xf32>
            %362 = arith.addf %361, %259#15 : vector<8xf32>
            %368:4 = scf.for %363 = %241 to %231 step %4 iter_args(%364 = %353, %365 = %356, %366 = %359, %367 = %362) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
              %369 = llvm.getelementptr %26[%363] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %370 = llvm.load %369 {alignment = 2 : i64} : !llvm.ptr -> i16
              %371 = arith.extui %370 : i16 to i64
              %372 = arith.muli %363, %31 : i64
              %373 = llvm.getelementptr %22[%372] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %374 = llvm.load %373 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %375 = llvm.getelementptr %165[%371] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %376 = llvm.load %375 {alignment = 4 : i64} : !llvm.ptr -> f32
              %377 = vector.broadcast %376 : f32 to vector<8xf32>
              %378 = llvm.intr.fmuladd(%374, %377, %364) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %379 = llvm.getelementptr %166[%371] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %380 = llvm.load %379 {alignment = 4 : i64} : !llvm.ptr -> f32
              %381 = vector.broadcast %380 : f32 to vector<8xf32>
              %382 = llvm.intr.fmuladd(%374, %381, %365) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %383 = llvm.getelementptr %167[%371] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %384 = llvm.load %383 {alignment = 4 : i64} : !llvm.ptr -> f32
              %385 = vector.broadcast %384 : f32 to vector<8xf32>
              %386 = llvm.intr.fmuladd(%374, %385, %366) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %387 = llvm.getelementptr %168[%371] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %388 = llvm.load %387 {alignment = 4 : i64} : !llvm.ptr -> f32
              %389 = vector.broadcast %388 : f32 to vector<8xf32>
              %390 = llvm.intr.fmuladd(%374, %389, %367) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              scf.yield %378, %382, %386, %390 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
            }
            scf.yield %368#0, %368#1, %368#2, %368#3 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
          } else {
            %397:5 = scf.for %391 = %232 to %236 step %4 iter_args(%392 = %226, %393 = %216, %394 = %217, %395 = %218, %396 = %219) -> (i64, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
              %398 = arith.constant -1 : i64
              %399 = arith.addi %231, %398 : i64
              %400 = arith.minsi %392, %399 : i64
              %401 = arith.maxsi %400, %0 : i64
              %402 = arith.cmpi slt, %392, %231 : i64
              %403 = llvm.getelementptr %26[%401] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %404 = llvm.load %403 {alignment = 2 : i64} : !llvm.ptr -> i16
              %405 = arith.extui %404 : i16 to i64
              %406 = arith.cmpi eq, %405, %391 : i64
              %407 = arith.andi %402, %406 : i1
              %408 = arith.muli %401, %31 : i64
              %409 = llvm.getelementptr %22[%408] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %410 = llvm.load %409 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %411 = arith.select %407, %410, %211 : vector<8xf32>
              %412 = llvm.getelementptr %165[%391] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %413 = llvm.load %412 {alignment = 4 : i64} : !llvm.ptr -> f32
              %414 = vector.broadcast %413 : f32 to vector<8xf32>
              %415 = llvm.intr.fmuladd(%411, %414, %393) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %416 = llvm.getelementptr %166[%391] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %417 = llvm.load %416 {alignment = 4 : i64} : !llvm.ptr -> f32
              %418 = vector.broadcast %417 : f32 to vector<8xf32>
              %419 = llvm.intr.fmuladd(%411, %418, %394) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %420 = llvm.getelementptr %167[%391] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %421 = llvm.load %420 {alignment = 4 : i64} : !llvm.ptr -> f32
              %422 = vector.broadcast %421 : f32 to vector<8xf32>
              %423 = llvm.intr.fmuladd(%411, %422, %395) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %424 = llvm.getelementptr %168[%391] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %425 = llvm.load %424 {alignment = 4 : i64} : !llvm.ptr -> f32
              %426 = vector.broadcast %425 : f32 to vector<8xf32>
              %427 = llvm.intr.fmuladd(%411, %426, %396) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %428 = arith.extui %407 : i1 to i64
              %429 = arith.addi %392, %428 : i64
              scf.yield %429, %415, %419, %423, %427 : i64, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
            }
            scf.yield %397#1, %397#2, %397#3, %397#4 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
          }
          scf.yield %237#0, %237#1, %237#2, %237#3 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
        }
        %430 = arith.muli %156, %79 : i64
        %431 = arith.addi %430, %200 : i64
        %432 = llvm.getelementptr %18[%431] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        llvm.intr.masked.store %220#0, %432, %210 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
        %433 = arith.addi %156, %4 : i64
        %434 = arith.muli %433, %79 : i64
        %435 = arith.addi %434, %200 : i64
        %436 = llvm.getelementptr %18[%435] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        llvm.intr.masked.store %220#1, %436, %210 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
        %437 = arith.addi %156, %8 : i64
        %438 = arith.muli %437, %79 : i64
        %439 = arith.addi %438, %200 : i64
        %440 = llvm.getelementptr %18[%439] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        llvm.intr.masked.store %220#2, %440, %210 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
        %441 = arith.addi %156, %11 : i64
        %442 = arith.muli %441, %79 : i64
        %443 = arith.addi %442, %200 : i64
        %444 = llvm.getelementptr %18[%443] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        llvm.intr.masked.store %220#3, %444, %210 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
      }
    }
    scf.for %445 = %155 to %49 step %4 : i64 {
      %447 = arith.muli %445, %70 : i64
      %448 = llvm.getelementptr %14[%447] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %449 = arith.constant dense<0.000000000e+00> : vector<16xf32>
      %452 = scf.for %450 = %0 to %52 step %59 iter_args(%451 = %449) -> (vector<16xf32>) : i64 {
        %453 = arith.subi %52, %450 : i64
        %454 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi64>
        %455 = vector.broadcast %453 : i64 to vector<16xi64>
        %456 = arith.cmpi slt, %454, %455 : vector<16xi64>
        %457 = llvm.getelementptr %448[%450] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        %458 = llvm.intr.masked.load %457, %456, %449 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
        %459 = llvm.intr.fmuladd(%458, %449, %451) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
        scf.yield %459 : vector<16xf32>
      }
      %460 = vector.reduction <add>, %452 : vector<16xf32> into f32
      %461 = arith.constant 0.000000000e+00 : f32
      %462 = arith.cmpf ord, %460, %461 : f32
      scf.for %463 = %116#0 to %141#0 step %4 : i64 {
        %465 = arith.muli %100, %58 : i64
        %466 = arith.addi %463, %465 : i64
        %467 = arith.muli %466, %8 : i64
        %468 = arith.addi %467, %4 : i64
        %469 = llvm.getelementptr %30[%468] : (!llvm.ptr, i64) -> !llvm.ptr, i32
        %470 = llvm.load %469 {alignment = 4 : i64} : !llvm.ptr -> i32
        %471 = arith.extsi %470 : i32 to i64
        %472 = arith.addi %466, %4 : i64
        %473 = arith.muli %472, %8 : i64
        %474 = arith.addi %473, %4 : i64
        %475 = llvm.getelementptr %30[%474] : (!llvm.ptr, i64) -> !llvm.ptr, i32
        %476 = llvm.load %475 {alignment = 4 : i64} : !llvm.ptr -> i32
        %477 = arith.extsi %476 : i32 to i64
        %478 = arith.subi %477, %471 : i64
        %479 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
        %480 = vector.broadcast %478 : i64 to vector<8xi64>
        %481 = arith.cmpi slt, %479, %480 : vector<8xi64>
        %482 = arith.constant dense<0.000000000e+00> : vector<8xf32>
        %483 = llvm.getelementptr %34[%471] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        %484 = llvm.intr.masked.load %483, %481, %482 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
        %485 = arith.addi %100, %4 : i64
        %488 = scf.for %486 = %0 to %485 step %4 iter_args(%487 = %484) -> (vector<8xf32>) : i64 {
          %489 = arith.muli %486, %58 : i64
          %490 = arith.addi %489, %463 : i64
          %491 = arith.muli %490, %8 : i64
          %492 = llvm.getelementptr %30[%491] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %493 = llvm.load %492 {alignment = 4 : i64} : !llvm.ptr -> i32
          %494 = arith.extsi %493 : i32 to i64
          %495 = arith.addi %490, %4 : i64
          %496 = arith.muli %495, %8 : i64
          %497 = llvm.getelementptr %30[%496] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %498 = llvm.load %497 {alignment = 4 : i64} : !llvm.ptr -> i32
          %499 = arith.extsi %498 : i32 to i64
          %500 = arith.muli %486, %103 : i64
          %501 = arith.cmpi eq, %100, %0 : i64
          %502 = arith.addi %500, %103 : i64
          %503 = arith.minsi %502, %52 : i64
          %504 = arith.select %501, %52, %503 : i64
          %505 = scf.if %462 -> (vector<8xf32>) {
            %506 = arith.subi %499, %494 : i64
            %507 = arith.divui %506, %15 : i64
            %508 = arith.muli %507, %15 : i64
            %509 = arith.addi %494, %508 : i64
            %515:4 = scf.for %510 = %494 to %509 step %15 iter_args(%511 = %487, %512 = %482, %513 = %482, %514 = %482) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
              %516 = llvm.getelementptr %26[%510] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %517 = llvm.load %516 {alignment = 2 : i64} : !llvm.ptr -> i16
              %518 = arith.extui %517 : i16 to i64
              %519 = arith.muli %510, %31 : i64
              %520 = llvm.getelementptr %22[%519] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %521 = llvm.load %520 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %522 = llvm.getelementptr %448[%518] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %523 = llvm.load %522 {alignment = 4 : i64} : !llvm.ptr -> f32
              %524 = vector.broadcast %523 : f32 to vector<8xf32>
              %525 = llvm.intr.fmuladd(%521, %524, %511) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %526 = arith.addi %510, %4 : i64
              %527 = llvm.getelementptr %26[%526] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %528 = llvm.load %527 {alignment = 2 : i64} : !llvm.ptr -> i16
              %529 = arith.extui %528 : i16 to i64
              %530 = arith.muli %526, %31 : i64
              %531 = llvm.getelementptr %22[%530] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %532 = llvm.load %531 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %533 = llvm.getelementptr %448[%529] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %534 = llvm.load %533 {alignment = 4 : i64} : !llvm.ptr -> f32
              %535 = vector.broadcast %534 : f32 to vector<8xf32>
              %536 = llvm.intr.fmuladd(%532, %535, %512) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %537 = arith.addi %510, %8 : i64
              %538 = llvm.getelementptr %26[%537] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %539 = llvm.load %538 {alignment = 2 : i64} : !llvm.ptr -> i16
              %540 = arith.extui %539 : i16 to i64
              %541 = arith.muli %537, %31 : i64
              %542 = llvm.getelementptr %22[%541] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %543 = llvm.load %542 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %544 = llvm.getelementptr %448[%540] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %545 = llvm.load %544 {alignment = 4 : i64} : !llvm.ptr -> f32
              %546 = vector.broadcast %545 : f32 to vector<8xf32>
              %547 = llvm.intr.fmuladd(%543, %546, %513) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %548 = arith.addi %510, %11 : i64
              %549 = llvm.getelementptr %26[%548] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %550 = llvm.load %549 {alignment = 2 : i64} : !llvm.ptr -> i16
              %551 = arith.extui %550 : i16 to i64
              %552 = arith.muli %548, %31 : i64
              %553 = llvm.getelementptr %22[%552] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %554 = llvm.load %553 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %555 = llvm.getelementptr %448[%551] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %556 = llvm.load %555 {alignment = 4 : i64} : !llvm.ptr -> f32
              %557 = vector.broadcast %556 : f32 to vector<8xf32>
              %558 = llvm.intr.fmuladd(%554, %557, %514) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              scf.yield %525, %536, %547, %558 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
            }
            %559 = arith.addf %515#0, %515#1 : vector<8xf32>
            %560 = arith.addf %559, %515#2 : vector<8xf32>
            %561 = arith.addf %560, %515#3 : vector<8xf32>
            %564 = scf.for %562 = %509 to %499 step %4 iter_args(%563 = %561) -> (vector<8xf32>) : i64 {
              %565 = llvm.getelementptr %26[%562] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %566 = llvm.load %565 {alignment = 2 : i64} : !llvm.ptr -> i16
              %567 = arith.extui %566 : i16 to i64
              %568 = arith.muli %562, %31 : i64
              %569 = llvm.getelementptr %22[%568] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %570 = llvm.load %569 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %571 = llvm.getelementptr %448[%567] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %572 = llvm.load %571 {alignment = 4 : i64} : !llvm.ptr -> f32
              %573 = vector.broadcast %572 : f32 to vector<8xf32>
              %574 = llvm.intr.fmuladd(%570, %573, %563) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              scf.yield %574 : vector<8xf32>
            }
            scf.yield %564 : vector<8xf32>
          } else {
            %578:2 = scf.for %575 = %500 to %504 step %4 iter_args(%576 = %494, %577 = %487) -> (i64, vector<8xf32>) : i64 {
              %579 = arith.constant -1 : i64
              %580 = arith.addi %499, %579 : i64
              %581 = arith.minsi %576, %580 : i64
              %582 = arith.maxsi %581, %0 : i64
              %583 = arith.cmpi slt, %576, %499 : i64
              %584 = llvm.getelementptr %26[%582] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %585 = llvm.load %584 {alignment = 2 : i64} : !llvm.ptr -> i16
              %586 = arith.extui %585 : i16 to i64
              %587 = arith.cmpi eq, %586, %575 : i64
              %588 = arith.andi %583, %587 : i1
              %589 = arith.muli %582, %31 : i64
              %590 = llvm.getelementptr %22[%589] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %591 = llvm.load %590 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %592 = arith.select %588, %591, %482 : vector<8xf32>
              %593 = llvm.getelementptr %448[%575] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %594 = llvm.load %593 {alignment = 4 : i64} : !llvm.ptr -> f32
              %595 = vector.broadcast %594 : f32 to vector<8xf32>
              %596 = llvm.intr.fmuladd(%592, %595, %577) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
              %597 = arith.extui %588 : i1 to i64
              %598 = arith.addi %576, %597 : i64
              scf.yield %598, %596 : i64, vector<8xf32>
            }
            scf.yield %578#1 : vector<8xf32>
          }
          scf.yield %505 : vector<8xf32>
        }
        %599 = arith.muli %445, %79 : i64
        %600 = arith.addi %599, %471 : i64
        %601 = llvm.getelementptr %18[%600] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        llvm.intr.masked.store %488, %601, %481 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
      }
    }
    llvm.return
  }
  llvm.func @vblock_8x1_f32_i16_vector_bias_parallel(%arg0: !llvm.ptr) {
    %602 = arith.constant 0 : i64
    %603 = llvm.getelementptr %arg0[%602] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %604 = llvm.load %603 {alignment = 8 : i64} : !llvm.ptr -> i64
    %605 = llvm.inttoptr %604 : i64 to !llvm.ptr
    %606 = arith.constant 1 : i64
    %607 = llvm.getelementptr %arg0[%606] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %608 = llvm.load %607 {alignment = 8 : i64} : !llvm.ptr -> i64
    %609 = llvm.inttoptr %608 : i64 to !llvm.ptr
    %610 = arith.constant 2 : i64
    %611 = llvm.getelementptr %arg0[%610] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %612 = llvm.load %611 {alignment = 8 : i64} : !llvm.ptr -> i64
    %613 = llvm.call %605() : !llvm.ptr, () -> i32
    %614 = arith.extsi %613 : i32 to i64
    %615 = llvm.call %609() : !llvm.ptr, () -> i32
    %616 = arith.extsi %615 : i32 to i64
    scf.for %617 = %614 to %612 step %616 : i64 {
      llvm.call @vblock_8x1_f32_i16_vector_bias(%arg0, %617) : (!llvm.ptr, i64) -> ()
    }
    llvm.return
  }
  llvm.func @vblock_8x1_f32_i16_vector_bias_entries(%arg0: !llvm.ptr) {
    %619 = llvm.mlir.addressof @vblock_8x1_f32_i16_vector_bias : !llvm.ptr
    %620 = arith.constant 0 : i64
    %621 = llvm.getelementptr %arg0[%620] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %619, %621 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %622 = llvm.mlir.addressof @vblock_8x1_f32_i16_vector_bias_parallel : !llvm.ptr
    %623 = arith.constant 1 : i64
    %624 = llvm.getelementptr %arg0[%623] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %622, %624 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
}
