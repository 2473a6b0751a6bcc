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
    %101 = arith.muli %58, %8 : i64
    %102 = llvm.getelementptr %30[%101] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    %103 = llvm.load %102 {alignment = 4 : i64} : !llvm.ptr -> i32
    %104 = arith.extsi %103 : i32 to i64
    %105 = arith.muli %58, %15 : i64
    %106 = arith.addi %104, %105 : i64
    %107 = arith.muli %106, %arg1 : i64
    %108 = arith.divui %107, %10 : i64
    %109 = arith.constant 32 : i64
    %113:2 = scf.for %110 = %0 to %109 step %4 iter_args(%111 = %0, %112 = %58) -> (i64, i64) : i64 {
      %114 = arith.addi %111, %112 : i64
      %115 = arith.divui %114, %8 : i64
      %116 = arith.muli %115, %8 : i64
      %117 = llvm.getelementptr %30[%116] : (!llvm.ptr, i64) -> !llvm.ptr, i32
      %118 = llvm.load %117 {alignment = 4 : i64} : !llvm.ptr -> i32
      %119 = arith.extsi %118 : i32 to i64
      %120 = arith.muli %115, %15 : i64
      %121 = arith.addi %119, %120 : i64
      %122 = arith.cmpi slt, %121, %108 : i64
      %123 = arith.addi %115, %4 : i64
      %124 = arith.select %122, %123, %111 : i64
      %125 = arith.select %122, %112, %115 : i64
      scf.yield %124, %125 : i64, i64
    }
    %126 = arith.addi %arg1, %4 : i64
    %127 = arith.muli %58, %8 : i64
    %128 = llvm.getelementptr %30[%127] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    %129 = llvm.load %128 {alignment = 4 : i64} : !llvm.ptr -> i32
    %130 = arith.extsi %129 : i32 to i64
    %131 = arith.muli %58, %15 : i64
    %132 = arith.addi %130, %131 : i64
    %133 = arith.muli %132, %126 : i64
    %134 = arith.divui %133, %10 : i64
    %138:2 = scf.for %135 = %0 to %109 step %4 iter_args(%136 = %0, %137 = %58) -> (i64, i64) : i64 {
      %139 = arith.addi %136, %137 : i64
      %140 = arith.divui %139, %8 : i64
      %141 = arith.muli %140, %8 : i64
      %142 = llvm.getelementptr %30[%141] : (!llvm.ptr, i64) -> !llvm.ptr, i32
      %143 = llvm.load %142 {alignment = 4 : i64} : !llvm.ptr -> i32
      %144 = arith.extsi %143 : i32 to i64
      %145 = arith.muli %140, %15 : i64
      %146 = arith.addi %144, %145 : i64
      %147 = arith.cmpi slt, %146, %134 : i64
      %148 = arith.addi %140, %4 : i64
      %149 = arith.select %147, %148, %136 : i64
      %150 = arith.select %147, %137, %140 : i64
      scf.yield %149, %150 : i64, i64
    }
    %151 = arith.divui %49, %15 : i64
    %152 = arith.muli %151, %15 : i64
    scf.for %153 = %0 to %152 step %15 : i64 {
      %155 = arith.muli %153, %70 : i64
      %156 = arith.addi %153, %4 : i64
      %157 = arith.muli %156, %70 : i64
      %158 = arith.addi %153, %8 : i64
      %159 = arith.muli %158, %70 : i64
      %160 = arith.addi %153, %11 : i64
      %161 = arith.muli %160, %70 : i64
      %162 = llvm.getelementptr %14[%155] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %163 = llvm.getelementptr %14[%157] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %164 = llvm.getelementptr %14[%159] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %165 = llvm.getelementptr %14[%161] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %166 = arith.constant dense<0.000000000e+00> : vector<16xf32>
      %169 = scf.for %167 = %0 to %52 step %59 iter_args(%168 = %166) -> (vector<16xf32>) : i64 {
        %170 = arith.subi %52, %167 : i64
        %171 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi64>
        %172 = vector.broadcast %170 : i64 to vector<16xi64>
        %173 = arith.cmpi slt, %171, %172 : vector<16xi64>
        %174 = llvm.getelementptr %162[%167] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        %175 = llvm.intr.masked.load %174, %173, %166 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
        %176 = vector.fma %175, %166, %168 : vector<16xf32>
        %177 = llvm.getelementptr %163[%167] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        %178 = llvm.intr.masked.load %177, %173, %166 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
        %179 = vector.fma %178, %166, %176 : vector<16xf32>
        %180 = llvm.getelementptr %164[%167] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        %181 = llvm.intr.masked.load %180, %173, %166 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
        %182 = vector.fma %181, %166, %179 : vector<16xf32>
        %183 = llvm.getelementptr %165[%167] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        %184 = llvm.intr.masked.load %183, %173, %166 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
        %185 = vector.fma %184, %166, %182 : vector<16xf32>
        scf.yield %185 : vector<16xf32>
      }
      %186 = vector.reduction <add>, %169 : vector<16xf32> into f32
      %187 = arith.constant 0.000000000e+00 : f32
      %188 = arith.cmpf ord, %186, %187 : f32
      scf.for %189 = %113#0 to %138#0 step %4 : i64 {
        %191 = arith.muli %97, %58 : i64
        %192 = arith.addi %189, %191 : i64
        %193 = arith.muli %192, %8 : i64
        %194 = arith.addi %193, %4 : i64
        %195 = llvm.getelementptr %30[%194] : (!llvm.ptr, i64) -> !llvm.ptr, i32
        %196 = llvm.load %195 {alignment = 4 : i64} : !llvm.ptr -> i32
        %197 = arith.extsi %196 : i32 to i64
        %198 = arith.addi %192, %4 : i64
        %199 = arith.muli %198, %8 : i64
        %200 = arith.addi %199, %4 : i64
        %201 = llvm.getelementptr %30[%200] : (!llvm.ptr, i64) -> !llvm.ptr, i32
        %202 = llvm.load %201 {alignment = 4 : i64} : !llvm.ptr -> i32
        %203 = arith.extsi %202 : i32 to i64
        %204 = arith.subi %203, %197 : i64
        %205 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
        %206 = vector.broadcast %204 : i64 to vector<8xi64>
        %207 = arith.cmpi slt, %205, %206 : vector<8xi64>
        %208 = arith.constant dense<0.000000000e+00> : vector<8xf32>
        %209 = llvm.getelementptr %34[%197] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        %210 = llvm.intr.masked.load %209, %207, %208 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
        %211 = arith.addi %97, %4 : i64
        %217:4 = scf.for %212 = %0 to %211 step %4 iter_args(%213 = %210, %214 = %210, %215 = %210, %216 = %210) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
          %218 = arith.muli %212, %58 : i64
          %219 = arith.addi %218, %189 : i64
          %220 = arith.muli %219, %8 : i64
          %221 = llvm.getelementptr %30[%220] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %222 = llvm.load %221 {alignment = 4 : i64} : !llvm.ptr -> i32
          %223 = arith.extsi %222 : i32 to i64
          %224 = arith.addi %219, %4 : i64
          %225 = arith.muli %224, %8 : i64
          %226 = llvm.getelementptr %30[%225] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %227 = llvm.load %226 {alignment = 4 : i64} : !llvm.ptr -> i32
          %228 = arith.extsi %227 : i32 to i64
          %229 = arith.muli %212, %100 : i64
          %230 = arith.cmpi eq, %97, %0 : i64
          %231 = arith.addi %229, %100 : i64
          %232 = arith.minsi %231, %52 : i64
          %233 = arith.select %230, %52, %232 : i64
          %234:4 = scf.if %188 -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) {
            %235 = arith.subi %228, %223 : i64
            %236 = arith.divui %235, %15 : i64
            %237 = arith.muli %236, %15 : i64
            %238 = arith.addi %223, %237 : i64
            %256:16 = scf.for %239 = %223 to %238 step %15 iter_args(%240 = %213, %241 = %214, %242 = %215, %243 = %216, %244 = %208, %245 = %208, %246 = %208, %247 = %208, %248 = %208, %249 = %208, %250 = %208, %251 = %208, %252 = %208, %253 = %208, %254 = %208, %255 = %208) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
              %257 = llvm.getelementptr %26[%239] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %258 = llvm.load %257 {alignment = 2 : i64} : !llvm.ptr -> i16
              %259 = arith.extui %258 : i16 to i64
              %260 = arith.muli %239, %31 : i64
              %261 = llvm.getelementptr %22[%260] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %262 = llvm.load %261 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %263 = llvm.getelementptr %162[%259] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %264 = llvm.load %263 {alignment = 4 : i64} : !llvm.ptr -> f32
              %265 = vector.broadcast %264 : f32 to vector<8xf32>
              %266 = vector.fma %262, %265, %240 : vector<8xf32>
              %267 = llvm.getelementptr %163[%259] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %268 = llvm.load %267 {alignment = 4 : i64} : !llvm.ptr -> f32
              %269 = vector.broadcast %268 : f32 to vector<8xf32>
              %270 = vector.fma %262, %269, %241 : vector<8xf32>
              %271 = llvm.getelementptr %164[%259] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %272 = llvm.load %271 {alignment = 4 : i64} : !llvm.ptr -> f32
              %273 = vector.broadcast %272 : f32 to vector<8xf32>
              %274 = vector.fma %262, %273, %242 : vector<8xf32>
              %275 = llvm.getelementptr %165[%259] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %276 = llvm.load %275 {alignment = 4 : i64} : !llvm.ptr -> f32
              %277 = vector.broadcast %276 : f32 to vector<8xf32>
              %278 = vector.fma %262, %277, %243 : vector<8xf32>
              %279 = arith.addi %239, %4 : i64
              %280 = llvm.getelementptr %26[%279] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %281 = llvm.load %280 {alignment = 2 : i64} : !llvm.ptr -> i16
              %282 = arith.extui %281 : i16 to i64
              %283 = arith.muli %279, %31 : i64
              %284 = llvm.getelementptr %22[%283] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %285 = llvm.load %284 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %286 = llvm.getelementptr %162[%282] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %287 = llvm.load %286 {alignment = 4 : i64} : !llvm.ptr -> f32
              %288 = vector.broadcast %287 : f32 to vector<8xf32>
              %289 = vector.fma %285, %288, %244 : vector<8xf32>
              %290 = llvm.getelementptr %163[%282] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %291 = llvm.load %290 {alignment = 4 : i64} : !llvm.ptr -> f32
              %292 = vector.broadcast %291 : f32 to vector<8xf32>
              %293 = vector.fma %285, %292, %245 : vector<8xf32>
              %294 = llvm.getelementptr %164[%282] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %295 = llvm.load %294 {alignment = 4 : i64} : !llvm.ptr -> f32
              %296 = vector.broadcast %295 : f32 to vector<8xf32>
              %297 = vector.fma %285, %296, %246 : vector<8xf32>
              %298 = llvm.getelementptr %165[%282] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %299 = llvm.load %298 {alignment = 4 : i64} : !llvm.ptr -> f32
              %300 = vector.broadcast %299 : f32 to vector<8xf32>
              %301 = vector.fma %285, %300, %247 : vector<8xf32>
              %302 = arith.addi %239, %8 : i64
              %303 = llvm.getelementptr %26[%302] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %304 = llvm.load %303 {alignment = 2 : i64} : !llvm.ptr -> i16
              %305 = arith.extui %304 : i16 to i64
              %306 = arith.muli %302, %31 : i64
              %307 = llvm.getelementptr %22[%306] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %308 = llvm.load %307 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %309 = llvm.getelementptr %162[%305] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %310 = llvm.load %309 {alignment = 4 : i64} : !llvm.ptr -> f32
              %311 = vector.broadcast %310 : f32 to vector<8xf32>
              %312 = vector.fma %308, %311, %248 : vector<8xf32>
              %313 = llvm.getelementptr %163[%305] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %314 = llvm.load %313 {alignment = 4 : i64} : !llvm.ptr -> f32
              %315 = vector.broadcast %314 : f32 to vector<8xf32>
              %316 = vector.fma %308, %315, %249 : vector<8xf32>
              %317 = llvm.getelementptr %164[%305] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %318 = llvm.load %317 {alignment = 4 : i64} : !llvm.ptr -> f32
              %319 = vector.broadcast %318 : f32 to vector<8xf32>
              %320 = vector.fma %308, %319, %250 : vector<8xf32>
              %321 = llvm.getelementptr %165[%305] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %322 = llvm.load %321 {alignment = 4 : i64} : !llvm.ptr -> f32
              %323 = vector.broadcast %322 : f32 to vector<8xf32>
              %324 = vector.fma %308, %323, %251 : vector<8xf32>
              %325 = arith.addi %239, %11 : i64
              %326 = llvm.getelementptr %26[%325] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %327 = llvm.load %326 {alignment = 2 : i64} : !llvm.ptr -> i16
              %328 = arith.extui %327 : i16 to i64
              %329 = arith.muli %325, %31 : i64
              %330 = llvm.getelementptr %22[%329] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %331 = llvm.load %330 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %332 = llvm.getelementptr %162[%328] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %333 = llvm.load %332 {alignment = 4 : i64} : !llvm.ptr -> f32
              %334 = vector.broadcast %333 : f32 to vector<8xf32>
              %335 = vector.fma %331, %334, %252 : vector<8xf32>
              %336 = llvm.getelementptr %163[%328] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %337 = llvm.load %336 {alignment = 4 : i64} : !llvm.ptr -> f32
              %338 = vector.broadcast %337 : f32 to vector<8xf32>
              %339 = vector.fma %331, %338, %253 : vector<8xf32>
              %340 = llvm.getelementptr %164[%328] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %341 = llvm.load %340 {alignment = 4 : i64} : !llvm.ptr -> f32
              %342 = vector.broadcast %341 : f32 to vector<8xf32>
              %343 = vector.fma %331, %342, %254 : vector<8xf32>
              %344 = llvm.getelementptr %165[%328] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %345 = llvm.load %344 {alignment = 4 : i64} : !llvm.ptr -> f32
              %346 = vector.broadcast %345 : f32 to vector<8xf32>
              %347 = vector.fma %331, %346, %255 : vector<8xf32>
              scf.yield %266, %270, %274, %278, %289, %293, %297, %301, %312, %316, %320, %324, %335, %339, %343, %347 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
            }
            %348 = arith.addf %256#0, %256#4 : vector<8xf32>
            %349 = arith.addf %348, %256#8 : vector<8xf32>
            %350 = arith.addf %349, %256#12 : vector<8xf32>
            %351 = arith.addf %256#1, %256#5 : vector<8xf32>
            %352 = arith.addf %351, %256#9 : vector<8xf32>
            %353 = arith.addf %352, %256#13 : vector<8xf32>
            %354 = arith.addf %256#2, %256#6 : vector<8xf32>
            %355 = arith.addf %354, %256#10 : vector<8xf32>
            %356 = arith.addf %355, %256#14 : vector<8xf32>
            %357 = arith.addf %256#3, %256#7 : vector<8xf32>
            %358 = arith.addf %357, %256#11 : vector<8xf32>
            %359 = arith.addf %358, %256#15 : vector<8xf32>
            %365:4 = scf.for %360 = %238 to %228 step %4 iter_args(%361 = %350, %362 = %353, %363 = %356, %364 = %359) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
              %366 = llvm.getelementptr %26[%360] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %367 = llvm.load %366 {alignment = 2 : i64} : !llvm.ptr -> i16
              %368 = arith.extui %367 : i16 to i64
              %369 = arith.muli %360, %31 : i64
              %370 = llvm.getelementptr %22[%369] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %371 = llvm.load %370 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %372 = llvm.getelementptr %162[%368] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %373 = llvm.load %372 {alignment = 4 : i64} : !llvm.ptr -> f32
              %374 = vector.broadcast %373 : f32 to vector<8xf32>
              %375 = vector.fma %371, %374, %361 : vector<8xf32>
              %376 = llvm.getelementptr %163[%368] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %377 = llvm.load %376 {alignment = 4 : i64} : !llvm.ptr -> f32
              %378 = vector.broadcast %377 : f32 to vector<8xf32>
              %379 = vector.fma %371, %378, %362 : vector<8xf32>
              %380 = llvm.getelementptr %164[%368] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %381 = llvm.load %380 {alignment = 4 : i64} : !llvm.ptr -> f32
              %382 = vector.broadcast %381 : f32 to vector<8xf32>
              %383 = vector.fma %371, %382, %363 : vector<8xf32>
              %384 = llvm.getelementptr %165[%368] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %385 = llvm.load %384 {alignment = 4 : i64} : !llvm.ptr -> f32
              %386 = vector.broadcast %385 : f32 to vector<8xf32>
              %387 = vector.fma %371, %386, %364 : vector<8xf32>
              scf.yield %375, %379, %383, %387 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
            }
            scf.yield %365#0, %365#1, %365#2, %365#3 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
          } else {
            %394:5 = scf.for %388 = %229 to %233 step %4 iter_args(%389 = %223, %390 = %213, %391 = %214, %392 = %215, %393 = %216) -> (i64, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
              %395 = arith.constant -1 : i64
              %396 = arith.addi %228, %395 : i64
              %397 = arith.minsi %389, %396 : i64
              %398 = arith.maxsi %397, %0 : i64
              %399 = arith.cmpi slt, %389, %228 : i64
              %400 = llvm.getelementptr %26[%398] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %401 = llvm.load %400 {alignment = 2 : i64} : !llvm.ptr -> i16
              %402 = arith.extui %401 : i16 to i64
              %403 = arith.cmpi eq, %402, %388 : i64
              %404 = arith.andi %399, %403 : i1
              %405 = arith.muli %398, %31 : i64
              %406 = llvm.getelementptr %22[%405] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %407 = llvm.load %406 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %408 = arith.select %404, %407, %208 : vector<8xf32>
              %409 = llvm.getelementptr %162[%388] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %410 = llvm.load %409 {alignment = 4 : i64} : !llvm.ptr -> f32
              %411 = vector.broadcast %410 : f32 to vector<8xf32>
              %412 = vector.fma %408, %411, %390 : vector<8xf32>
              %413 = llvm.getelementptr %163[%388] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %414 = llvm.load %413 {alignment = 4 : i64} : !llvm.ptr -> f32
              %415 = vector.broadcast %414 : f32 to vector<8xf32>
              %416 = vector.fma %408, %415, %391 : vector<8xf32>
              %417 = llvm.getelementptr %164[%388] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %418 = llvm.load %417 {alignment = 4 : i64} : !llvm.ptr -> f32
              %419 = vector.broadcast %418 : f32 to vector<8xf32>
              %420 = vector.fma %408, %419, %392 : vector<8xf32>
              %421 = llvm.getelementptr %165[%388] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %422 = llvm.load %421 {alignment = 4 : i64} : !llvm.ptr -> f32
              %423 = vector.broadcast %422 : f32 to vector<8xf32>
              %424 = vector.fma %408, %423, %393 : vector<8xf32>
              %425 = arith.extui %404 : i1 to i64
              %426 = arith.addi %389, %425 : i64
              scf.yield %426, %412, %416, %420, %424 : i64, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
            }
            scf.yield %394#1, %394#2, %394#3, %394#4 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
          }
          scf.yield %234#0, %234#1, %234#2, %234#3 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
        }
        %427 = arith.muli %153, %76 : i64
        %428 = arith.addi %427, %197 : i64
        %429 = llvm.getelementptr %18[%428] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        llvm.intr.masked.store %217#0, %429, %207 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
        %430 = arith.addi %153, %4 : i64
        %431 = arith.muli %430, %76 : i64
        %432 = arith.addi %431, %197 : i64
        %433 = llvm.getelementptr %18[%432] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        llvm.intr.masked.store %217#1, %433, %207 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
        %434 = arith.addi %153, %8 : i64
        %435 = arith.muli %434, %76 : i64
        %436 = arith.addi %435, %197 : i64
        %437 = llvm.getelementptr %18[%436] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        llvm.intr.masked.store %217#2, %437, %207 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
        %438 = arith.addi %153, %11 : i64
        %439 = arith.muli %438, %76 : i64
        %440 = arith.addi %439, %197 : i64
        %441 = llvm.getelementptr %18[%440] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        llvm.intr.masked.store %217#3, %441, %207 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
      }
    }
    scf.for %442 = %152 to %49 step %4 : i64 {
      %444 = arith.muli %442, %70 : i64
      %445 = llvm.getelementptr %14[%444] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %446 = arith.constant dense<0.000000000e+00> : vector<16xf32>
      %449 = scf.for %447 = %0 to %52 step %59 iter_args(%448 = %446) -> (vector<16xf32>) : i64 {
        %450 = arith.subi %52, %447 : i64
        %451 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi64>
        %452 = vector.broadcast %450 : i64 to vector<16xi64>
        %453 = arith.cmpi slt, %451, %452 : vector<16xi64>
        %454 = llvm.getelementptr %445[%447] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        %455 = llvm.intr.masked.load %454, %453, %446 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
        %456 = vector.fma %455, %446, %448 : vector<16xf32>
        scf.yield %456 : vector<16xf32>
      }
      %457 = vector.reduction <add>, %449 : vector<16xf32> into f32
      %458 = arith.constant 0.000000000e+00 : f32
      %459 = arith.cmpf ord, %457, %458 : f32
      scf.for %460 = %113#0 to %138#0 step %4 : i64 {
        %462 = arith.muli %97, %58 : i64
        %463 = arith.addi %460, %462 : i64
        %464 = arith.muli %463, %8 : i64
        %465 = arith.addi %464, %4 : i64
        %466 = llvm.getelementptr %30[%465] : (!llvm.ptr, i64) -> !llvm.ptr, i32
        %467 = llvm.load %466 {alignment = 4 : i64} : !llvm.ptr -> i32
        %468 = arith.extsi %467 : i32 to i64
        %469 = arith.addi %463, %4 : i64
        %470 = arith.muli %469, %8 : i64
        %471 = arith.addi %470, %4 : i64
        %472 = llvm.getelementptr %30[%471] : (!llvm.ptr, i64) -> !llvm.ptr, i32
        %473 = llvm.load %472 {alignment = 4 : i64} : !llvm.ptr -> i32
        %474 = arith.extsi %473 : i32 to i64
        %475 = arith.subi %474, %468 : i64
        %476 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
        %477 = vector.broadcast %475 : i64 to vector<8xi64>
        %478 = arith.cmpi slt, %476, %477 : vector<8xi64>
        %479 = arith.constant dense<0.000000000e+00> : vector<8xf32>
        %480 = llvm.getelementptr %34[%468] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        %481 = llvm.intr.masked.load %480, %478, %479 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
        %482 = arith.addi %97, %4 : i64
        %485 = scf.for %483 = %0 to %482 step %4 iter_args(%484 = %481) -> (vector<8xf32>) : i64 {
          %486 = arith.muli %483, %58 : i64
          %487 = arith.addi %486, %460 : i64
          %488 = arith.muli %487, %8 : i64
          %489 = llvm.getelementptr %30[%488] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %490 = llvm.load %489 {alignment = 4 : i64} : !llvm.ptr -> i32
          %491 = arith.extsi %490 : i32 to i64
          %492 = arith.addi %487, %4 : i64
          %493 = arith.muli %492, %8 : i64
          %494 = llvm.getelementptr %30[%493] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %495 = llvm.load %494 {alignment = 4 : i64} : !llvm.ptr -> i32
          %496 = arith.extsi %495 : i32 to i64
          %497 = arith.muli %483, %100 : i64
          %498 = arith.cmpi eq, %97, %0 : i64
          %499 = arith.addi %497, %100 : i64
          %500 = arith.minsi %499, %52 : i64
          %501 = arith.select %498, %52, %500 : i64
          %502 = scf.if %459 -> (vector<8xf32>) {
            %503 = arith.subi %496, %491 : i64
            %504 = arith.divui %503, %15 : i64
            %505 = arith.muli %504, %15 : i64
            %506 = arith.addi %491, %505 : i64
            %512:4 = scf.for %507 = %491 to %506 step %15 iter_args(%508 = %484, %509 = %479, %510 = %479, %511 = %479) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
              %513 = llvm.getelementptr %26[%507] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %514 = llvm.load %513 {alignment = 2 : i64} : !llvm.ptr -> i16
              %515 = arith.extui %514 : i16 to i64
              %516 = arith.muli %507, %31 : i64
              %517 = llvm.getelementptr %22[%516] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %518 = llvm.load %517 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %519 = llvm.getelementptr %445[%515] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %520 = llvm.load %519 {alignment = 4 : i64} : !llvm.ptr -> f32
              %521 = vector.broadcast %520 : f32 to vector<8xf32>
              %522 = vector.fma %518, %521, %508 : vector<8xf32>
              %523 = arith.addi %507, %4 : i64
              %524 = llvm.getelementptr %26[%523] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %525 = llvm.load %524 {alignment = 2 : i64} : !llvm.ptr -> i16
              %526 = arith.extui %525 : i16 to i64
              %527 = arith.muli %523, %31 : i64
              %528 = llvm.getelementptr %22[%527] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %529 = llvm.load %528 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %530 = llvm.getelementptr %445[%526] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %531 = llvm.load %530 {alignment = 4 : i64} : !llvm.ptr -> f32
              %532 = vector.broadcast %531 : f32 to vector<8xf32>
              %533 = vector.fma %529, %532, %509 : vector<8xf32>
              %534 = arith.addi %507, %8 : i64
              %535 = llvm.getelementptr %26[%534] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %536 = llvm.load %535 {alignment = 2 : i64} : !llvm.ptr -> i16
              %537 = arith.extui %536 : i16 to i64
              %538 = arith.muli %534, %31 : i64
              %539 = llvm.getelementptr %22[%538] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %540 = llvm.load %539 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %541 = llvm.getelementptr %445[%537] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %542 = llvm.load %541 {alignment = 4 : i64} : !llvm.ptr -> f32
              %543 = vector.broadcast %542 : f32 to vector<8xf32>
              %544 = vector.fma %540, %543, %510 : vector<8xf32>
              %545 = arith.addi %507, %11 : i64
              %546 = llvm.getelementptr %26[%545] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %547 = llvm.load %546 {alignment = 2 : i64} : !llvm.ptr -> i16
              %548 = arith.extui %547 : i16 to i64
              %549 = arith.muli %545, %31 : i64
              %550 = llvm.getelementptr %22[%549] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %551 = llvm.load %550 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %552 = llvm.getelementptr %445[%548] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %553 = llvm.load %552 {alignment = 4 : i64} : !llvm.ptr -> f32
              %554 = vector.broadcast %553 : f32 to vector<8xf32>
              %555 = vector.fma %551, %554, %511 : vector<8xf32>
              scf.yield %522, %533, %544, %555 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
            }
            %556 = arith.addf %512#0, %512#1 : vector<8xf32>
            %557 = arith.addf %556, %512#2 : vector<8xf32>
            %558 = arith.addf %557, %512#3 : vector<8xf32>
            %561 = scf.for %559 = %506 to %496 step %4 iter_args(%560 = %558) -> (vector<8xf32>) : i64 {
              %562 = llvm.getelementptr %26[%559] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %563 = llvm.load %562 {alignment = 2 : i64} : !llvm.ptr -> i16
              %564 = arith.extui %563 : i16 to i64
              %565 = arith.muli %559, %31 : i64
              %566 = llvm.getelementptr %22[%565] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %567 = llvm.load %566 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %568 = llvm.getelementptr %445[%564] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %569 = llvm.load %568 {alignment = 4 : i64} : !llvm.ptr -> f32
              %570 = vector.broadcast %569 : f32 to vector<8xf32>
              %571 = vector.fma %567, %570, %560 : vector<8xf32>
              scf.yield %571 : vector<8xf32>
            }
            scf.yield %561 : vector<8xf32>
          } else {
            %575:2 = scf.for %572 = %497 to %501 step %4 iter_args(%573 = %491, %574 = %484) -> (i64, vector<8xf32>) : i64 {
              %576 = arith.constant -1 : i64
              %577 = arith.addi %496, %576 : i64
              %578 = arith.minsi %573, %577 : i64
              %579 = arith.maxsi %578, %0 : i64
              %580 = arith.cmpi slt, %573, %496 : i64
              %581 = llvm.getelementptr %26[%579] : (!llvm.ptr, i64) -> !llvm.ptr, i16
              %582 = llvm.load %581 {alignment = 2 : i64} : !llvm.ptr -> i16
              %583 = arith.extui %582 : i16 to i64
              %584 = arith.cmpi eq, %583, %572 : i64
              %585 = arith.andi %580, %584 : i1
              %586 = arith.muli %579, %31 : i64
              %587 = llvm.getelementptr %22[%586] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %588 = llvm.load %587 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %589 = arith.select %585, %588, %479 : vector<8xf32>
              %590 = llvm.getelementptr %445[%572] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %591 = llvm.load %590 {alignment = 4 : i64} : !llvm.ptr -> f32
              %592 = vector.broadcast %591 : f32 to vector<8xf32>
              %593 = vector.fma %589, %592, %574 : vector<8xf32>
              %594 = arith.extui %585 : i1 to i64
              %595 = arith.addi %573, %594 : i64
              scf.yield %595, %593 : i64, vector<8xf32>
            }
            scf.yield %575#1 : vector<8xf32>
          }
          scf.yield %502 : vector<8xf32>
        }
        %596 = arith.muli %442, %76 : i64
        %597 = arith.addi %596, %468 : i64
        %598 = llvm.getelementptr %18[%597] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        llvm.intr.masked.store %485, %598, %478 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
      }
    }
    llvm.return
  }
  llvm.func @vblock_8x1_f32_i16_vector_bias_team(%arg0: !llvm.ptr) {
    %599 = arith.constant 0 : i64
    %600 = llvm.getelementptr %arg0[%599] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %601 = llvm.load %600 {alignment = 8 : i64} : !llvm.ptr -> i64
    %602 = llvm.inttoptr %601 : i64 to !llvm.ptr
    %603 = arith.constant 1 : i64
    %604 = llvm.getelementptr %arg0[%603] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %605 = llvm.load %604 {alignment = 8 : i64} : !llvm.ptr -> i64
    %606 = llvm.inttoptr %605 : i64 to !llvm.ptr
    %607 = arith.constant 2 : i64
    %608 = llvm.getelementptr %arg0[%607] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %609 = llvm.load %608 {alignment = 8 : i64} : !llvm.ptr -> i64
    %610 = llvm.call %602() : !llvm.ptr, () -> i32
    %611 = arith.extsi %610 : i32 to i64
    %612 = llvm.call %606() : !llvm.ptr, () -> i32
    %613 = arith.extsi %612 : i32 to i64
    scf.for %614 = %611 to %609 step %613 : i64 {
      llvm.call @vblock_8x1_f32_i16_vector_bias(%arg0, %614) : (!llvm.ptr, i64) -> ()
    }
    llvm.return
  }
  llvm.func @vblock_8x1_f32_i16_vector_bias_entries(%arg0: !llvm.ptr) {
    %616 = llvm.mlir.addressof @vblock_8x1_f32_i16_vector_bias : !llvm.ptr
    %617 = arith.constant 0 : i64
    %618 = llvm.getelementptr %arg0[%617] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %616, %618 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %619 = llvm.mlir.addressof @vblock_8x1_f32_i16_vector_bias_team : !llvm.ptr
    %620 = arith.constant 1 : i64
    %621 = llvm.getelementptr %arg0[%620] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %619, %621 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
}
