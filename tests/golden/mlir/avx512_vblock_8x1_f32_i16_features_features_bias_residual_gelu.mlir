module {
  llvm.func @vblock_8x1_f32_i16_features_features_bias_residual_gelu(%arg0: !llvm.ptr, %arg1: i64) {
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
    %104 = arith.remui %arg1, %64 : i64
    %105 = arith.divui %arg1, %64 : i64
    %106 = arith.divui %10, %64 : i64
    %107 = arith.muli %58, %8 : i64
    %108 = llvm.getelementptr %30[%107] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    %109 = llvm.load %108 {alignment = 4 : i64} : !llvm.ptr -> i32
    %110 = arith.extsi %109 : i32 to i64
    %111 = arith.muli %58, %15 : i64
    %112 = arith.addi %110, %111 : i64
    %113 = arith.muli %112, %104 : i64
    %114 = arith.divui %113, %64 : i64
    %115 = arith.constant 32 : i64
    %119:2 = scf.for %116 = %0 to %115 step %4 iter_args(%117 = %0, %118 = %58) -> (i64, i64) : i64 {
      %120 = arith.addi %117, %118 : i64
      %121 = arith.divui %120, %8 : i64
      %122 = arith.muli %121, %8 : i64
      %123 = llvm.getelementptr %30[%122] : (!llvm.ptr, i64) -> !llvm.ptr, i32
      %124 = llvm.load %123 {alignment = 4 : i64} : !llvm.ptr -> i32
      %125 = arith.extsi %124 : i32 to i64
      %126 = arith.muli %121, %15 : i64
      %127 = arith.addi %125, %126 : i64
      %128 = arith.cmpi slt, %127, %114 : i64
      %129 = arith.addi %121, %4 : i64
      %130 = arith.select %128, %129, %117 : i64
      %131 = arith.select %128, %118, %121 : i64
      scf.yield %130, %131 : i64, i64
    }
    %132 = arith.addi %104, %4 : i64
    %133 = arith.muli %58, %8 : i64
    %134 = llvm.getelementptr %30[%133] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    %135 = llvm.load %134 {alignment = 4 : i64} : !llvm.ptr -> i32
    %136 = arith.extsi %135 : i32 to i64
    %137 = arith.muli %58, %15 : i64
    %138 = arith.addi %136, %137 : i64
    %139 = arith.muli %138, %132 : i64
    %140 = arith.divui %139, %64 : i64
    %144:2 = scf.for %141 = %0 to %115 step %4 iter_args(%142 = %0, %143 = %58) -> (i64, i64) : i64 {
      %145 = arith.addi %142, %143 : i64
      %146 = arith.divui %145, %8 : i64
      %147 = arith.muli %146, %8 : i64
      %148 = llvm.getelementptr %30[%147] : (!llvm.ptr, i64) -> !llvm.ptr, i32
      %149 = llvm.load %148 {alignment = 4 : i64} : !llvm.ptr -> i32
      %150 = arith.extsi %149 : i32 to i64
      %151 = arith.muli %146, %15 : i64
      %152 = arith.addi %150, %151 : i64
      %153 = arith.cmpi slt, %152, %140 : i64
      %154 = arith.addi %146, %4 : i64
      %155 = arith.select %153, %154, %142 : i64
      %156 = arith.select %153, %143, %146 : i64
      scf.yield %155, %156 : i64, i64
    }
    %157 = arith.ceildivsi %49, %115 : i64
    %158 = arith.muli %157, %105 : i64
    %159 = arith.divui %158, %106 : i64
    %160 = arith.muli %159, %115 : i64
    %161 = arith.minsi %160, %49 : i64
    %162 = arith.addi %105, %4 : i64
    %163 = arith.ceildivsi %49, %115 : i64
    %164 = arith.muli %163, %162 : i64
    %165 = arith.divui %164, %106 : i64
    %166 = arith.muli %165, %115 : i64
    %167 = arith.minsi %166, %49 : i64
    scf.for %168 = %0 to %61 step %4 : i64 {
      %170 = arith.muli %168, %76 : i64
      %171 = llvm.getelementptr %14[%170] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %172 = arith.muli %168, %82 : i64
      %173 = llvm.getelementptr %18[%172] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %174 = arith.muli %168, %88 : i64
      %175 = llvm.getelementptr %38[%174] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %176 = arith.muli %91, %31 : i64
      %177 = arith.muli %arg1, %176 : i64
      %178 = llvm.getelementptr %42[%177] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      scf.for %179 = %161 to %167 step %67 : i64 {
        %181 = arith.addi %179, %67 : i64
        %182 = arith.minsi %181, %167 : i64
        %183 = arith.constant dense<0.000000000e+00> : vector<16xf32>
        %184 = arith.subi %182, %179 : i64
        %185 = arith.divui %184, %59 : i64
        %186 = arith.divui %185, %8 : i64
        %187 = arith.muli %186, %8 : i64
        %188 = arith.muli %187, %59 : i64
        %189 = arith.addi %179, %188 : i64
        %190 = arith.subi %185, %187 : i64
        %191 = arith.divui %190, %4 : i64
        %192 = arith.muli %191, %59 : i64
        %193 = arith.addi %189, %192 : i64
        %194 = arith.subi %190, %191 : i64
        %197 = scf.for %195 = %179 to %189 step %115 iter_args(%196 = %183) -> (vector<16xf32>) : i64 {
          %198 = arith.divui %195, %59 : i64
          %199 = arith.muli %198, %73 : i64
          %200 = llvm.getelementptr %171[%199] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %201 = arith.addi %198, %4 : i64
          %202 = arith.muli %201, %73 : i64
          %203 = llvm.getelementptr %171[%202] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %207:2 = scf.for %204 = %0 to %52 step %4 iter_args(%205 = %196, %206 = %183) -> (vector<16xf32>, vector<16xf32>) : i64 {
            %208 = arith.muli %204, %70 : i64
            %209 = llvm.getelementptr %200[%208] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %210 = llvm.load %209 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %211 = arith.muli %204, %70 : i64
            %212 = llvm.getelementptr %203[%211] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %213 = llvm.load %212 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %214 = llvm.intr.fmuladd(%210, %183, %205) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
            %215 = llvm.intr.fmuladd(%213, %183, %206) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
            scf.yield %214, %215 : vector<16xf32>, vector<16xf32>
          }
          %216 = arith.addf %207#0, %207#1 : vector<16xf32>
          scf.yield %216 : vector<16xf32>
        }
        %219 = scf.for %217 = %189 to %193 step %59 iter_args(%218 = %197) -> (vector<16xf32>) : i64 {
          %220 = arith.divui %217, %59 : i64
          %221 = arith.muli %220, %73 : i64
          %222 = llvm.getelementptr %171[%221] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %225 = scf.for %223 = %0 to %52 step %4 iter_args(%224 = %218) -> (vector<16xf32>) : i64 {
            %226 = arith.muli %223, %70 : i64
            %227 = llvm.getelementptr %222[%226] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %228 = llvm.load %227 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %229 = llvm.intr.fmuladd(%228, %183, %224) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
            scf.yield %229 : vector<16xf32>
          }
          scf.yield %225 : vector<16xf32>
        }
        %232 = scf.for %230 = %193 to %182 step %59 iter_args(%231 = %219) -> (vector<16xf32>) : i64 {
          %233 = arith.subi %182, %230 : i64
          %234 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi64>
          %235 = vector.broadcast %233 : i64 to vector<16xi64>
          %236 = arith.cmpi slt, %234, %235 : vector<16xi64>
          %237 = arith.divui %230, %59 : i64
          %238 = arith.muli %237, %73 : i64
          %239 = llvm.getelementptr %171[%238] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %242 = scf.for %240 = %0 to %52 step %4 iter_args(%241 = %231) -> (vector<16xf32>) : i64 {
            %243 = arith.muli %240, %70 : i64
            %244 = llvm.getelementptr %239[%243] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %245 = llvm.intr.masked.load %244, %236, %183 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
            %246 = llvm.intr.fmuladd(%245, %183, %241) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
            scf.yield %246 : vector<16xf32>
          }
          scf.yield %242 : vector<16xf32>
        }
        %247 = vector.reduction <add>, %232 : vector<16xf32> into f32
        %248 = arith.constant 0.000000000e+00 : f32
        %249 = arith.cmpf ord, %247, %248 : f32
        scf.for %250 = %119#0 to %144#0 step %4 : i64 {
          %252 = arith.muli %250, %8 : i64
          %253 = llvm.getelementptr %30[%252] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %254 = llvm.load %253 {alignment = 4 : i64} : !llvm.ptr -> i32
          %255 = arith.extsi %254 : i32 to i64
          %256 = arith.addi %250, %4 : i64
          %257 = arith.muli %256, %8 : i64
          %258 = llvm.getelementptr %30[%257] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %259 = llvm.load %258 {alignment = 4 : i64} : !llvm.ptr -> i32
          %260 = arith.extsi %259 : i32 to i64
          %261 = arith.muli %100, %58 : i64
          %262 = arith.addi %250, %261 : i64
          %263 = arith.muli %262, %8 : i64
          %264 = arith.addi %263, %4 : i64
          %265 = llvm.getelementptr %30[%264] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %266 = llvm.load %265 {alignment = 4 : i64} : !llvm.ptr -> i32
          %267 = arith.extsi %266 : i32 to i64
          %268 = arith.addi %262, %4 : i64
          %269 = arith.muli %268, %8 : i64
          %270 = arith.addi %269, %4 : i64
          %271 = llvm.getelementptr %30[%270] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %272 = llvm.load %271 {alignment = 4 : i64} : !llvm.ptr -> i32
          %273 = arith.extsi %272 : i32 to i64
          %274 = arith.subi %273, %267 : i64
          %275 = arith.constant -1 : i64
          %276 = arith.addi %55, %275 : i64
          %277 = arith.minsi %267, %276 : i64
          %278 = llvm.getelementptr %34[%277] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %279 = llvm.load %278 {alignment = 4 : i64} : !llvm.ptr -> f32
          %280 = vector.broadcast %279 : f32 to vector<16xf32>
          %281 = arith.addi %267, %4 : i64
          %282 = arith.addi %55, %275 : i64
          %283 = arith.minsi %281, %282 : i64
          %284 = llvm.getelementptr %34[%283] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %285 = llvm.load %284 {alignment = 4 : i64} : !llvm.ptr -> f32
          %286 = vector.broadcast %285 : f32 to vector<16xf32>
          %287 = arith.addi %267, %8 : i64
          %288 = arith.addi %55, %275 : i64
          %289 = arith.minsi %287, %288 : i64
          %290 = llvm.getelementptr %34[%289] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %291 = llvm.load %290 {alignment = 4 : i64} : !llvm.ptr -> f32
          %292 = vector.broadcast %291 : f32 to vector<16xf32>
          %293 = arith.addi %267, %11 : i64
          %294 = arith.addi %55, %275 : i64
          %295 = arith.minsi %293, %294 : i64
          %296 = llvm.getelementptr %34[%295] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %297 = llvm.load %296 {alignment = 4 : i64} : !llvm.ptr -> f32
          %298 = vector.broadcast %297 : f32 to vector<16xf32>
          %299 = arith.addi %267, %15 : i64
          %300 = arith.addi %55, %275 : i64
          %301 = arith.minsi %299, %300 : i64
          %302 = llvm.getelementptr %34[%301] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %303 = llvm.load %302 {alignment = 4 : i64} : !llvm.ptr -> f32
          %304 = vector.broadcast %303 : f32 to vector<16xf32>
          %305 = arith.addi %267, %19 : i64
          %306 = arith.addi %55, %275 : i64
          %307 = arith.minsi %305, %306 : i64
          %308 = llvm.getelementptr %34[%307] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %309 = llvm.load %308 {alignment = 4 : i64} : !llvm.ptr -> f32
          %310 = vector.broadcast %309 : f32 to vector<16xf32>
          %311 = arith.addi %267, %23 : i64
          %312 = arith.addi %55, %275 : i64
          %313 = arith.minsi %311, %312 : i64
          %314 = llvm.getelementptr %34[%313] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %315 = llvm.load %314 {alignment = 4 : i64} : !llvm.ptr -> f32
          %316 = vector.broadcast %315 : f32 to vector<16xf32>
          %317 = arith.addi %267, %27 : i64
          %318 = arith.addi %55, %275 : i64
          %319 = arith.minsi %317, %318 : i64
          %320 = llvm.getelementptr %34[%319] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %321 = llvm.load %320 {alignment = 4 : i64} : !llvm.ptr -> f32
          %322 = vector.broadcast %321 : f32 to vector<16xf32>
          %323 = arith.subi %182, %179 : i64
          %324 = arith.divui %323, %59 : i64
          %325 = arith.divui %324, %8 : i64
          %326 = arith.muli %325, %8 : i64
          %327 = arith.muli %326, %59 : i64
          %328 = arith.addi %179, %327 : i64
          %329 = arith.subi %324, %326 : i64
          %330 = arith.divui %329, %4 : i64
          %331 = arith.muli %330, %59 : i64
          %332 = arith.addi %328, %331 : i64
          %333 = arith.subi %329, %330 : i64
          scf.for %334 = %179 to %328 step %115 : i64 {
            %336 = arith.divui %334, %59 : i64
            %337 = arith.muli %336, %73 : i64
            %338 = llvm.getelementptr %171[%337] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %339 = arith.addi %336, %4 : i64
            %340 = arith.muli %339, %73 : i64
            %341 = llvm.getelementptr %171[%340] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %342 = arith.subi %334, %179 : i64
            %343:16 = scf.if %249 -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) {
              %361:16 = scf.for %344 = %255 to %260 step %4 iter_args(%345 = %280, %346 = %280, %347 = %286, %348 = %286, %349 = %292, %350 = %292, %351 = %298, %352 = %298, %353 = %304, %354 = %304, %355 = %310, %356 = %310, %357 = %316, %358 = %316, %359 = %322, %360 = %322) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %362 = llvm.getelementptr %26[%344] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %363 = llvm.load %362 {alignment = 2 : i64} : !llvm.ptr -> i16
                %364 = arith.extui %363 : i16 to i64
                %365 = arith.muli %344, %31 : i64
                %366 = llvm.getelementptr %22[%365] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %367 = arith.addi %365, %4 : i64
                %368 = llvm.getelementptr %22[%367] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %369 = arith.addi %365, %8 : i64
                %370 = llvm.getelementptr %22[%369] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %371 = arith.addi %365, %11 : i64
                %372 = llvm.getelementptr %22[%371] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %373 = arith.addi %365, %15 : i64
                %374 = llvm.getelementptr %22[%373] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %375 = arith.addi %365, %19 : i64
                %376 = llvm.getelementptr %22[%375] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %377 = arith.addi %365, %23 : i64
                %378 = llvm.getelementptr %22[%377] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %379 = arith.addi %365, %27 : i64
                %380 = llvm.getelementptr %22[%379] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %381 = llvm.load %366 {alignment = 4 : i64} : !llvm.ptr -> f32
                %382 = vector.broadcast %381 : f32 to vector<16xf32>
                %383 = llvm.load %368 {alignment = 4 : i64} : !llvm.ptr -> f32
                %384 = vector.broadcast %383 : f32 to vector<16xf32>
                %385 = llvm.load %370 {alignment = 4 : i64} : !llvm.ptr -> f32
                %386 = vector.broadcast %385 : f32 to vector<16xf32>
                %387 = llvm.load %372 {alignment = 4 : i64} : !llvm.ptr -> f32
                %388 = vector.broadcast %387 : f32 to vector<16xf32>
                %389 = llvm.load %374 {alignment = 4 : i64} : !llvm.ptr -> f32
                %390 = vector.broadcast %389 : f32 to vector<16xf32>
                %391 = llvm.load %376 {alignment = 4 : i64} : !llvm.ptr -> f32
                %392 = vector.broadcast %391 : f32 to vector<16xf32>
                %393 = llvm.load %378 {alignment = 4 : i64} : !llvm.ptr -> f32
                %394 = vector.broadcast %393 : f32 to vector<16xf32>
                %395 = llvm.load %380 {alignment = 4 : i64} : !llvm.ptr -> f32
                %396 = vector.broadcast %395 : f32 to vector<16xf32>
                %397 = arith.muli %364, %70 : i64
                %398 = llvm.getelementptr %338[%397] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %399 = llvm.load %398 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %400 = arith.muli %364, %70 : i64
                %401 = llvm.getelementptr %341[%400] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %402 = llvm.load %401 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %403 = llvm.intr.fmuladd(%382, %399, %345) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %404 = llvm.intr.fmuladd(%382, %402, %346) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %405 = llvm.intr.fmuladd(%384, %399, %347) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %406 = llvm.intr.fmuladd(%384, %402, %348) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %407 = llvm.intr.fmuladd(%386, %399, %349) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %408 = llvm.intr.fmuladd(%386, %402, %350) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %409 = llvm.intr.fmuladd(%388, %399, %351) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %410 = llvm.intr.fmuladd(%388, %402, %352) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %411 = llvm.intr.fmuladd(%390, %399, %353) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %412 = llvm.intr.fmuladd(%390, %402, %354) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %413 = llvm.intr.fmuladd(%392, %399, %355) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %414 = llvm.intr.fmuladd(%392, %402, %356) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %415 = llvm.intr.fmuladd(%394, %399, %357) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %416 = llvm.intr.fmuladd(%394, %402, %358) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %417 = llvm.intr.fmuladd(%396, %399, %359) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %418 = llvm.intr.fmuladd(%396, %402, %360) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                scf.yield %403, %404, %405, %406, %407, %408, %409, %410, %411, %412, %413, %414, %415, %416, %417, %418 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %361#0, %361#1, %361#2, %361#3, %361#4, %361#5, %361#6, %361#7, %361#8, %361#9, %361#10, %361#11, %361#12, %361#13, %361#14, %361#15 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            } else {
              %437:17 = scf.for %419 = %0 to %52 step %4 iter_args(%420 = %255, %421 = %280, %422 = %280, %423 = %286, %424 = %286, %425 = %292, %426 = %292, %427 = %298, %428 = %298, %429 = %304, %430 = %304, %431 = %310, %432 = %310, %433 = %316, %434 = %316, %435 = %322, %436 = %322) -> (i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %438 = arith.addi %260, %275 : i64
                %439 = arith.minsi %420, %438 : i64
                %440 = arith.maxsi %439, %0 : i64
                %441 = arith.cmpi slt, %420, %260 : i64
                %442 = llvm.getelementptr %26[%440] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %443 = llvm.load %442 {alignment = 2 : i64} : !llvm.ptr -> i16
                %444 = arith.extui %443 : i16 to i64
                %445 = arith.cmpi eq, %444, %419 : i64
                %446 = arith.andi %441, %445 : i1
                %447 = arith.muli %440, %31 : i64
                %448 = llvm.getelementptr %22[%447] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %449 = arith.addi %447, %4 : i64
                %450 = llvm.getelementptr %22[%449] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %451 = arith.addi %447, %8 : i64
                %452 = llvm.getelementptr %22[%451] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %453 = arith.addi %447, %11 : i64
                %454 = llvm.getelementptr %22[%453] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %455 = arith.addi %447, %15 : i64
                %456 = llvm.getelementptr %22[%455] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %457 = arith.addi %447, %19 : i64
                %458 = llvm.getelementptr %22[%457] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %459 = arith.addi %447, %23 : i64
                %460 = llvm.getelementptr %22[%459] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %461 = arith.addi %447, %27 : i64
                %462 = llvm.getelementptr %22[%461] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %463 = llvm.load %448 {alignment = 4 : i64} : !llvm.ptr -> f32
                %464 = vector.broadcast %463 : f32 to vector<16xf32>
                %465 = llvm.load %450 {alignment = 4 : i64} : !llvm.ptr -> f32
                %466 = vector.broadcast %465 : f32 to vector<16xf32>
                %467 = llvm.load %452 {alignment = 4 : i64} : !llvm.ptr -> f32
                %468 = vector.broadcast %467 : f32 to vector<16xf32>
                %469 = llvm.load %454 {alignment = 4 : i64} : !llvm.ptr -> f32
                %470 = vector.broadcast %469 : f32 to vector<16xf32>
                %471 = llvm.load %456 {alignment = 4 : i64} : !llvm.ptr -> f32
                %472 = vector.broadcast %471 : f32 to vector<16xf32>
                %473 = llvm.load %458 {alignment = 4 : i64} : !llvm.ptr -> f32
                %474 = vector.broadcast %473 : f32 to vector<16xf32>
                %475 = llvm.load %460 {alignment = 4 : i64} : !llvm.ptr -> f32
                %476 = vector.broadcast %475 : f32 to vector<16xf32>
                %477 = llvm.load %462 {alignment = 4 : i64} : !llvm.ptr -> f32
                %478 = vector.broadcast %477 : f32 to vector<16xf32>
                %479 = arith.select %446, %464, %183 : vector<16xf32>
                %480 = arith.select %446, %466, %183 : vector<16xf32>
                %481 = arith.select %446, %468, %183 : vector<16xf32>
                %482 = arith.select %446, %470, %183 : vector<16xf32>
                %483 = arith.select %446, %472, %183 : vector<16xf32>
                %484 = arith.select %446, %474, %183 : vector<16xf32>
                %485 = arith.select %446, %476, %183 : vector<16xf32>
                %486 = arith.select %446, %478, %183 : vector<16xf32>
                %487 = arith.extui %446 : i1 to i64
                %488 = arith.addi %420, %487 : i64
                %489 = arith.muli %419, %70 : i64
                %490 = llvm.getelementptr %338[%489] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %491 = llvm.load %490 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %492 = arith.muli %419, %70 : i64
                %493 = llvm.getelementptr %341[%492] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %494 = llvm.load %493 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %495 = llvm.intr.fmuladd(%479, %491, %421) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %496 = llvm.intr.fmuladd(%479, %494, %422) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %497 = llvm.intr.fmuladd(%480, %491, %423) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %498 = llvm.intr.fmuladd(%480, %494, %424) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %499 = llvm.intr.fmuladd(%481, %491, %425) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %500 = llvm.intr.fmuladd(%481, %494, %426) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %501 = llvm.intr.fmuladd(%482, %491, %427) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %502 = llvm.intr.fmuladd(%482, %494, %428) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %503 = llvm.intr.fmuladd(%483, %491, %429) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %504 = llvm.intr.fmuladd(%483, %494, %430) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %505 = llvm.intr.fmuladd(%484, %491, %431) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %506 = llvm.intr.fmuladd(%484, %494, %432) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %507 = llvm.intr.fmuladd(%485, %491, %433) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %508 = llvm.intr.fmuladd(%485, %494, %434) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %509 = llvm.intr.fmuladd(%486, %491, %435) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %510 = llvm.intr.fmuladd(%486, %494, %436) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                scf.yield %488, %495, %496, %497, %498, %499, %500, %501, %502, %503, %504, %505, %506, %507, %508, %509, %510 : i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %437#1, %437#2, %437#3, %437#4, %437#5, %437#6, %437#7, %437#8, %437#9, %437#10, %437#11, %437#12, %437#13, %437#14, %437#15, %437#16 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            }
            %511 = arith.muli %100, %58 : i64
            %512 = arith.addi %250, %511 : i64
            %513 = arith.muli %512, %8 : i64
            %514 = arith.addi %513, %4 : i64
            %515 = llvm.getelementptr %30[%514] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %516 = llvm.load %515 {alignment = 4 : i64} : !llvm.ptr -> i32
            %517 = arith.extsi %516 : i32 to i64
            %518 = arith.addi %512, %4 : i64
            %519 = arith.muli %518, %8 : i64
            %520 = arith.addi %519, %4 : i64
            %521 = llvm.getelementptr %30[%520] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %522 = llvm.load %521 {alignment = 4 : i64} : !llvm.ptr -> i32
            %523 = arith.extsi %522 : i32 to i64
            %524 = arith.subi %523, %517 : i64
            %525 = arith.muli %517, %85 : i64
            %526 = arith.addi %525, %334 : i64
            %527 = llvm.getelementptr %175[%526] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %528 = llvm.load %527 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %529 = arith.addf %343#0, %528 : vector<16xf32>
            %530 = arith.muli %517, %79 : i64
            %531 = arith.addi %530, %334 : i64
            %532 = llvm.call @gelu_16(%529) : (vector<16xf32>) -> vector<16xf32>
            %533 = llvm.getelementptr %173[%531] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %532, %533 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %534 = arith.cmpi sgt, %524, %4 : i64
            scf.if %534 {
              %535 = arith.addi %517, %4 : i64
              %536 = arith.muli %535, %85 : i64
              %537 = arith.addi %536, %334 : i64
              %538 = llvm.getelementptr %175[%537] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %539 = llvm.load %538 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %540 = arith.addf %343#2, %539 : vector<16xf32>
              %541 = arith.muli %535, %79 : i64
              %542 = arith.addi %541, %334 : i64
              %543 = llvm.call @gelu_16(%540) : (vector<16xf32>) -> vector<16xf32>
              %544 = llvm.getelementptr %173[%542] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %543, %544 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %545 = arith.cmpi sgt, %524, %8 : i64
            scf.if %545 {
              %546 = arith.addi %517, %8 : i64
              %547 = arith.muli %546, %85 : i64
              %548 = arith.addi %547, %334 : i64
              %549 = llvm.getelementptr %175[%548] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %550 = llvm.load %549 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %551 = arith.addf %343#4, %550 : vector<16xf32>
              %552 = arith.muli %546, %79 : i64
              %553 = arith.addi %552, %334 : i64
              %554 = llvm.call @gelu_16(%551) : (vector<16xf32>) -> vector<16xf32>
              %555 = llvm.getelementptr %173[%553] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %554, %555 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %556 = arith.cmpi sgt, %524, %11 : i64
            scf.if %556 {
              %557 = arith.addi %517, %11 : i64
              %558 = arith.muli %557, %85 : i64
              %559 = arith.addi %558, %334 : i64
              %560 = llvm.getelementptr %175[%559] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %561 = llvm.load %560 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %562 = arith.addf %343#6, %561 : vector<16xf32>
              %563 = arith.muli %557, %79 : i64
              %564 = arith.addi %563, %334 : i64
              %565 = llvm.call @gelu_16(%562) : (vector<16xf32>) -> vector<16xf32>
              %566 = llvm.getelementptr %173[%564] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %565, %566 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %567 = arith.cmpi sgt, %524, %15 : i64
            scf.if %567 {
              %568 = arith.addi %517, %15 : i64
              %569 = arith.muli %568, %85 : i64
              %570 = arith.addi %569, %334 : i64
              %571 = llvm.getelementptr %175[%570] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %572 = llvm.load %571 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %573 = arith.addf %343#8, %572 : vector<16xf32>
              %574 = arith.muli %568, %79 : i64
              %575 = arith.addi %574, %334 : i64
              %576 = llvm.call @gelu_16(%573) : (vector<16xf32>) -> vector<16xf32>
              %577 = llvm.getelementptr %173[%575] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %576, %577 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %578 = arith.cmpi sgt, %524, %19 : i64
            scf.if %578 {
              %579 = arith.addi %517, %19 : i64
              %580 = arith.muli %579, %85 : i64
              %581 = arith.addi %580, %334 : i64
              %582 = llvm.getelementptr %175[%581] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %583 = llvm.load %582 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %584 = arith.addf %343#10, %583 : vector<16xf32>
              %585 = arith.muli %579, %79 : i64
              %586 = arith.addi %585, %334 : i64
              %587 = llvm.call @gelu_16(%584) : (vector<16xf32>) -> vector<16xf32>
              %588 = llvm.getelementptr %173[%586] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %587, %588 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %589 = arith.cmpi sgt, %524, %23 : i64
            scf.if %589 {
              %590 = arith.addi %517, %23 : i64
              %591 = arith.muli %590, %85 : i64
              %592 = arith.addi %591, %334 : i64
              %593 = llvm.getelementptr %175[%592] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %594 = llvm.load %593 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %595 = arith.addf %343#12, %594 : vector<16xf32>
              %596 = arith.muli %590, %79 : i64
              %597 = arith.addi %596, %334 : i64
              %598 = llvm.call @gelu_16(%595) : (vector<16xf32>) -> vector<16xf32>
              %599 = llvm.getelementptr %173[%597] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %598, %599 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %600 = arith.cmpi sgt, %524, %27 : i64
            scf.if %600 {
              %601 = arith.addi %517, %27 : i64
              %602 = arith.muli %601, %85 : i64
              %603 = arith.addi %602, %334 : i64
              %604 = llvm.getelementptr %175[%603] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %605 = llvm.load %604 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %606 = arith.addf %343#14, %605 : vector<16xf32>
              %607 = arith.muli %601, %79 : i64
              %608 = arith.addi %607, %334 : i64
              %609 = llvm.call @gelu_16(%606) : (vector<16xf32>) -> vector<16xf32>
              %610 = llvm.getelementptr %173[%608] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %609, %610 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %611 = arith.addi %334, %59 : i64
            %612 = arith.muli %517, %85 : i64
            %613 = arith.addi %612, %611 : i64
            %614 = llvm.getelementptr %175[%613] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %615 = llvm.load %614 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %616 = arith.addf %343#1, %615 : vector<16xf32>
            %617 = arith.muli %517, %79 : i64
            %618 = arith.addi %617, %611 : i64
            %619 = llvm.call @gelu_16(%616) : (vector<16xf32>) -> vector<16xf32>
            %620 = llvm.getelementptr %173[%618] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %619, %620 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %621 = arith.cmpi sgt, %524, %4 : i64
            scf.if %621 {
              %622 = arith.addi %517, %4 : i64
              %623 = arith.muli %622, %85 : i64
              %624 = arith.addi %623, %611 : i64
              %625 = llvm.getelementptr %175[%624] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %626 = llvm.load %625 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %627 = arith.addf %343#3, %626 : vector<16xf32>
              %628 = arith.muli %622, %79 : i64
              %629 = arith.addi %628, %611 : i64
              %630 = llvm.call @gelu_16(%627) : (vector<16xf32>) -> vector<16xf32>
              %631 = llvm.getelementptr %173[%629] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %630, %631 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %632 = arith.cmpi sgt, %524, %8 : i64
            scf.if %632 {
              %633 = arith.addi %517, %8 : i64
              %634 = arith.muli %633, %85 : i64
              %635 = arith.addi %634, %611 : i64
              %636 = llvm.getelementptr %175[%635] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %637 = llvm.load %636 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %638 = arith.addf %343#5, %637 : vector<16xf32>
              %639 = arith.muli %633, %79 : i64
              %640 = arith.addi %639, %611 : i64
              %641 = llvm.call @gelu_16(%638) : (vector<16xf32>) -> vector<16xf32>
              %642 = llvm.getelementptr %173[%640] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %641, %642 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %643 = arith.cmpi sgt, %524, %11 : i64
            scf.if %643 {
              %644 = arith.addi %517, %11 : i64
              %645 = arith.muli %644, %85 : i64
              %646 = arith.addi %645, %611 : i64
              %647 = llvm.getelementptr %175[%646] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %648 = llvm.load %647 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %649 = arith.addf %343#7, %648 : vector<16xf32>
              %650 = arith.muli %644, %79 : i64
              %651 = arith.addi %650, %611 : i64
              %652 = llvm.call @gelu_16(%649) : (vector<16xf32>) -> vector<16xf32>
              %653 = llvm.getelementptr %173[%651] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %652, %653 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %654 = arith.cmpi sgt, %524, %15 : i64
            scf.if %654 {
              %655 = arith.addi %517, %15 : i64
              %656 = arith.muli %655, %85 : i64
              %657 = arith.addi %656, %611 : i64
              %658 = llvm.getelementptr %175[%657] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %659 = llvm.load %658 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %660 = arith.addf %343#9, %659 : vector<16xf32>
              %661 = arith.muli %655, %79 : i64
              %662 = arith.addi %661, %611 : i64
              %663 = llvm.call @gelu_16(%660) : (vector<16xf32>) -> vector<16xf32>
              %664 = llvm.getelementptr %173[%662] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %663, %664 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %665 = arith.cmpi sgt, %524, %19 : i64
            scf.if %665 {
              %666 = arith.addi %517, %19 : i64
              %667 = arith.muli %666, %85 : i64
              %668 = arith.addi %667, %611 : i64
              %669 = llvm.getelementptr %175[%668] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %670 = llvm.load %669 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %671 = arith.addf %343#11, %670 : vector<16xf32>
              %672 = arith.muli %666, %79 : i64
              %673 = arith.addi %672, %611 : i64
              %674 = llvm.call @gelu_16(%671) : (vector<16xf32>) -> vector<16xf32>
              %675 = llvm.getelementptr %173[%673] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %674, %675 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %676 = arith.cmpi sgt, %524, %23 : i64
            scf.if %676 {
              %677 = arith.addi %517, %23 : i64
              %678 = arith.muli %677, %85 : i64
              %679 = arith.addi %678, %611 : i64
              %680 = llvm.getelementptr %175[%679] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %681 = llvm.load %680 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %682 = arith.addf %343#13, %681 : vector<16xf32>
              %683 = arith.muli %677, %79 : i64
              %684 = arith.addi %683, %611 : i64
              %685 = llvm.call @gelu_16(%682) : (vector<16xf32>) -> vector<16xf32>
              %686 = llvm.getelementptr %173[%684] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %685, %686 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %687 = arith.cmpi sgt, %524, %27 : i64
            scf.if %687 {
              %688 = arith.addi %517, %27 : i64
              %689 = arith.muli %688, %85 : i64
              %690 = arith.addi %689, %611 : i64
              %691 = llvm.getelementptr %175[%690] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %692 = llvm.load %691 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %693 = arith.addf %343#15, %692 : vector<16xf32>
              %694 = arith.muli %688, %79 : i64
              %695 = arith.addi %694, %611 : i64
              %696 = llvm.call @gelu_16(%693) : (vector<16xf32>) -> vector<16xf32>
              %697 = llvm.getelementptr %173[%695] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %696, %697 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
          }
          scf.for %698 = %328 to %332 step %59 : i64 {
            %700 = arith.divui %698, %59 : i64
            %701 = arith.muli %700, %73 : i64
            %702 = llvm.getelementptr %171[%701] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %703 = arith.subi %698, %179 : i64
            %704:8 = scf.if %249 -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) {
              %714:8 = scf.for %705 = %255 to %260 step %4 iter_args(%706 = %280, %707 = %286, %708 = %292, %709 = %298, %710 = %304, %711 = %310, %712 = %316, %713 = %322) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %715 = llvm.getelementptr %26[%705] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %716 = llvm.load %715 {alignment = 2 : i64} : !llvm.ptr -> i16
                %717 = arith.extui %716 : i16 to i64
                %718 = arith.muli %705, %31 : i64
                %719 = llvm.getelementptr %22[%718] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %720 = arith.addi %718, %4 : i64
                %721 = llvm.getelementptr %22[%720] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %722 = arith.addi %718, %8 : i64
                %723 = llvm.getelementptr %22[%722] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %724 = arith.addi %718, %11 : i64
                %725 = llvm.getelementptr %22[%724] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %726 = arith.addi %718, %15 : i64
                %727 = llvm.getelementptr %22[%726] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %728 = arith.addi %718, %19 : i64
                %729 = llvm.getelementptr %22[%728] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %730 = arith.addi %718, %23 : i64
                %731 = llvm.getelementptr %22[%730] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %732 = arith.addi %718, %27 : i64
                %733 = llvm.getelementptr %22[%732] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %734 = llvm.load %719 {alignment = 4 : i64} : !llvm.ptr -> f32
                %735 = vector.broadcast %734 : f32 to vector<16xf32>
                %736 = llvm.load %721 {alignment = 4 : i64} : !llvm.ptr -> f32
                %737 = vector.broadcast %736 : f32 to vector<16xf32>
                %738 = llvm.load %723 {alignment = 4 : i64} : !llvm.ptr -> f32
                %739 = vector.broadcast %738 : f32 to vector<16xf32>
                %740 = llvm.load %725 {alignment = 4 : i64} : !llvm.ptr -> f32
                %741 = vector.broadcast %740 : f32 to vector<16xf32>
                %742 = llvm.load %727 {alignment = 4 : i64} : !llvm.ptr -> f32
                %743 = vector.broadcast %742 : f32 to vector<16xf32>
                %744 = llvm.load %729 {alignment = 4 : i64} : !llvm.ptr -> f32
                %745 = vector.broadcast %744 : f32 to vector<16xf32>
                %746 = llvm.load %731 {alignment = 4 : i64} : !llvm.ptr -> f32
                %747 = vector.broadcast %746 : f32 to vector<16xf32>
                %748 = llvm.load %733 {alignment = 4 : i64} : !llvm.ptr -> f32
                %749 = vector.broadcast %748 : f32 to vector<16xf32>
                %750 = arith.muli %717, %70 : i64
                %751 = llvm.getelementptr %702[%750] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %752 = llvm.load %751 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %753 = llvm.intr.fmuladd(%735, %752, %706) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %754 = llvm.intr.fmuladd(%737, %752, %707) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %755 = llvm.intr.fmuladd(%739, %752, %708) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %756 = llvm.intr.fmuladd(%741, %752, %709) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %757 = llvm.intr.fmuladd(%743, %752, %710) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %758 = llvm.intr.fmuladd(%745, %752, %711) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %759 = llvm.intr.fmuladd(%747, %752, %712) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %760 = llvm.intr.fmuladd(%749, %752, %713) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                scf.yield %753, %754, %755, %756, %757, %758, %759, %760 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %714#0, %714#1, %714#2, %714#3, %714#4, %714#5, %714#6, %714#7 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            } else {
              %771:9 = scf.for %761 = %0 to %52 step %4 iter_args(%762 = %255, %763 = %280, %764 = %286, %765 = %292, %766 = %298, %767 = %304, %768 = %310, %769 = %316, %770 = %322) -> (i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %772 = arith.addi %260, %275 : i64
                %773 = arith.minsi %762, %772 : i64
                %774 = arith.maxsi %773, %0 : i64
                %775 = arith.cmpi slt, %762, %260 : i64
                %776 = llvm.getelementptr %26[%774] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %777 = llvm.load %776 {alignment = 2 : i64} : !llvm.ptr -> i16
                %778 = arith.extui %777 : i16 to i64
                %779 = arith.cmpi eq, %778, %761 : i64
                %780 = arith.andi %775, %779 : i1
                %781 = arith.muli %774, %31 : i64
                %782 = llvm.getelementptr %22[%781] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %783 = arith.addi %781, %4 : i64
                %784 = llvm.getelementptr %22[%783] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %785 = arith.addi %781, %8 : i64
                %786 = llvm.getelementptr %22[%785] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %787 = arith.addi %781, %11 : i64
                %788 = llvm.getelementptr %22[%787] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %789 = arith.addi %781, %15 : i64
                %790 = llvm.getelementptr %22[%789] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %791 = arith.addi %781, %19 : i64
                %792 = llvm.getelementptr %22[%791] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %793 = arith.addi %781, %23 : i64
                %794 = llvm.getelementptr %22[%793] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %795 = arith.addi %781, %27 : i64
                %796 = llvm.getelementptr %22[%795] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %797 = llvm.load %782 {alignment = 4 : i64} : !llvm.ptr -> f32
                %798 = vector.broadcast %797 : f32 to vector<16xf32>
                %799 = llvm.load %784 {alignment = 4 : i64} : !llvm.ptr -> f32
                %800 = vector.broadcast %799 : f32 to vector<16xf32>
                %801 = llvm.load %786 {alignment = 4 : i64} : !llvm.ptr -> f32
                %802 = vector.broadcast %801 : f32 to vector<16xf32>
                %803 = llvm.load %788 {alignment = 4 : i64} : !llvm.ptr -> f32
                %804 = vector.broadcast %803 : f32 to vector<16xf32>
                %805 = llvm.load %790 {alignment = 4 : i64} : !llvm.ptr -> f32
                %806 = vector.broadcast %805 : f32 to vector<16xf32>
                %807 = llvm.load %792 {alignment = 4 : i64} : !llvm.ptr -> f32
                %808 = vector.broadcast %807 : f32 to vector<16xf32>
                %809 = llvm.load %794 {alignment = 4 : i64} : !llvm.ptr -> f32
                %810 = vector.broadcast %809 : f32 to vector<16xf32>
                %811 = llvm.load %796 {alignment = 4 : i64} : !llvm.ptr -> f32
                %812 = vector.broadcast %811 : f32 to vector<16xf32>
                %813 = arith.select %780, %798, %183 : vector<16xf32>
                %814 = arith.select %780, %800, %183 : vector<16xf32>
                %815 = arith.select %780, %802, %183 : vector<16xf32>
                %816 = arith.select %780, %804, %183 : vector<16xf32>
                %817 = arith.select %780, %806, %183 : vector<16xf32>
                %818 = arith.select %780, %808, %183 : vector<16xf32>
                %819 = arith.select %780, %810, %183 : vector<16xf32>
                %820 = arith.select %780, %812, %183 : vector<16xf32>
                %821 = arith.extui %780 : i1 to i64
                %822 = arith.addi %762, %821 : i64
                %823 = arith.muli %761, %70 : i64
                %824 = llvm.getelementptr %702[%823] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %825 = llvm.load %824 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %826 = llvm.intr.fmuladd(%813, %825, %763) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %827 = llvm.intr.fmuladd(%814, %825, %764) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %828 = llvm.intr.fmuladd(%815, %825, %765) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %829 = llvm.intr.fmuladd(%816, %825, %766) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %830 = llvm.intr.fmuladd(%817, %825, %767) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %831 = llvm.intr.fmuladd(%818, %825, %768) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %832 = llvm.intr.fmuladd(%819, %825, %769) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %833 = llvm.intr.fmuladd(%820, %825, %770) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                scf.yield %822, %826, %827, %828, %829, %830, %831, %832, %833 : i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %771#1, %771#2, %771#3, %771#4, %771#5, %771#6, %771#7, %771#8 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            }
            %834 = arith.muli %100, %58 : i64
            %835 = arith.addi %250, %834 : i64
            %836 = arith.muli %835, %8 : i64
            %837 = arith.addi %836, %4 : i64
            %838 = llvm.getelementptr %30[%837] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %839 = llvm.load %838 {alignment = 4 : i64} : !llvm.ptr -> i32
            %840 = arith.extsi %839 : i32 to i64
            %841 = arith.addi %835, %4 : i64
            %842 = arith.muli %841, %8 : i64
            %843 = arith.addi %842, %4 : i64
            %844 = llvm.getelementptr %30[%843] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %845 = llvm.load %844 {alignment = 4 : i64} : !llvm.ptr -> i32
            %846 = arith.extsi %845 : i32 to i64
            %847 = arith.subi %846, %840 : i64
            %848 = arith.muli %840, %85 : i64
            %849 = arith.addi %848, %698 : i64
            %850 = llvm.getelementptr %175[%849] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %851 = llvm.load %850 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %852 = arith.addf %704#0, %851 : vector<16xf32>
            %853 = arith.muli %840, %79 : i64
            %854 = arith.addi %853, %698 : i64
            %855 = llvm.call @gelu_16(%852) : (vector<16xf32>) -> vector<16xf32>
            %856 = llvm.getelementptr %173[%854] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %855, %856 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %857 = arith.cmpi sgt, %847, %4 : i64
            scf.if %857 {
              %858 = arith.addi %840, %4 : i64
              %859 = arith.muli %858, %85 : i64
              %860 = arith.addi %859, %698 : i64
              %861 = llvm.getelementptr %175[%860] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %862 = llvm.load %861 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %863 = arith.addf %704#1, %862 : vector<16xf32>
              %864 = arith.muli %858, %79 : i64
              %865 = arith.addi %864, %698 : i64
              %866 = llvm.call @gelu_16(%863) : (vector<16xf32>) -> vector<16xf32>
              %867 = llvm.getelementptr %173[%865] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %866, %867 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %868 = arith.cmpi sgt, %847, %8 : i64
            scf.if %868 {
              %869 = arith.addi %840, %8 : i64
              %870 = arith.muli %869, %85 : i64
              %871 = arith.addi %870, %698 : i64
              %872 = llvm.getelementptr %175[%871] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %873 = llvm.load %872 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %874 = arith.addf %704#2, %873 : vector<16xf32>
              %875 = arith.muli %869, %79 : i64
              %876 = arith.addi %875, %698 : i64
              %877 = llvm.call @gelu_16(%874) : (vector<16xf32>) -> vector<16xf32>
              %878 = llvm.getelementptr %173[%876] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %877, %878 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %879 = arith.cmpi sgt, %847, %11 : i64
            scf.if %879 {
              %880 = arith.addi %840, %11 : i64
              %881 = arith.muli %880, %85 : i64
              %882 = arith.addi %881, %698 : i64
              %883 = llvm.getelementptr %175[%882] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %884 = llvm.load %883 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %885 = arith.addf %704#3, %884 : vector<16xf32>
              %886 = arith.muli %880, %79 : i64
              %887 = arith.addi %886, %698 : i64
              %888 = llvm.call @gelu_16(%885) : (vector<16xf32>) -> vector<16xf32>
              %889 = llvm.getelementptr %173[%887] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %888, %889 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %890 = arith.cmpi sgt, %847, %15 : i64
            scf.if %890 {
              %891 = arith.addi %840, %15 : i64
              %892 = arith.muli %891, %85 : i64
              %893 = arith.addi %892, %698 : i64
              %894 = llvm.getelementptr %175[%893] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %895 = llvm.load %894 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %896 = arith.addf %704#4, %895 : vector<16xf32>
              %897 = arith.muli %891, %79 : i64
              %898 = arith.addi %897, %698 : i64
              %899 = llvm.call @gelu_16(%896) : (vector<16xf32>) -> vector<16xf32>
              %900 = llvm.getelementptr %173[%898] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %899, %900 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %901 = arith.cmpi sgt, %847, %19 : i64
            scf.if %901 {
              %902 = arith.addi %840, %19 : i64
              %903 = arith.muli %902, %85 : i64
              %904 = arith.addi %903, %698 : i64
              %905 = llvm.getelementptr %175[%904] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %906 = llvm.load %905 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %907 = arith.addf %704#5, %906 : vector<16xf32>
              %908 = arith.muli %902, %79 : i64
              %909 = arith.addi %908, %698 : i64
              %910 = llvm.call @gelu_16(%907) : (vector<16xf32>) -> vector<16xf32>
              %911 = llvm.getelementptr %173[%909] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %910, %911 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %912 = arith.cmpi sgt, %847, %23 : i64
            scf.if %912 {
              %913 = arith.addi %840, %23 : i64
              %914 = arith.muli %913, %85 : i64
              %915 = arith.addi %914, %698 : i64
              %916 = llvm.getelementptr %175[%915] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %917 = llvm.load %916 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %918 = arith.addf %704#6, %917 : vector<16xf32>
              %919 = arith.muli %913, %79 : i64
              %920 = arith.addi %919, %698 : i64
              %921 = llvm.call @gelu_16(%918) : (vector<16xf32>) -> vector<16xf32>
              %922 = llvm.getelementptr %173[%920] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %921, %922 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %923 = arith.cmpi sgt, %847, %27 : i64
            scf.if %923 {
              %924 = arith.addi %840, %27 : i64
              %925 = arith.muli %924, %85 : i64
              %926 = arith.addi %925, %698 : i64
              %927 = llvm.getelementptr %175[%926] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %928 = llvm.load %927 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %929 = arith.addf %704#7, %928 : vector<16xf32>
              %930 = arith.muli %924, %79 : i64
              %931 = arith.addi %930, %698 : i64
              %932 = llvm.call @gelu_16(%929) : (vector<16xf32>) -> vector<16xf32>
              %933 = llvm.getelementptr %173[%931] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %932, %933 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
          }
          scf.for %934 = %332 to %182 step %59 : i64 {
            %936 = arith.subi %182, %934 : i64
            %937 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi64>
            %938 = vector.broadcast %936 : i64 to vector<16xi64>
            %939 = arith.cmpi slt, %937, %938 : vector<16xi64>
            %940 = arith.divui %934, %59 : i64
            %941 = arith.muli %940, %73 : i64
            %942 = llvm.getelementptr %171[%941] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %943 = arith.subi %934, %179 : i64
            %944:8 = scf.if %249 -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) {
              %954:8 = scf.for %945 = %255 to %260 step %4 iter_args(%946 = %280, %947 = %286, %948 = %292, %949 = %298, %950 = %304, %951 = %310, %952 = %316, %953 = %322) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %955 = llvm.getelementptr %26[%945] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %956 = llvm.load %955 {alignment = 2 : i64} : !llvm.ptr -> i16
                %957 = arith.extui %956 : i16 to i64
                %958 = arith.muli %945, %31 : i64
                %959 = llvm.getelementptr %22[%958] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %960 = arith.addi %958, %4 : i64
                %961 = llvm.getelementptr %22[%960] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %962 = arith.addi %958, %8 : i64
                %963 = llvm.getelementptr %22[%962] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %964 = arith.addi %958, %11 : i64
                %965 = llvm.getelementptr %22[%964] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %966 = arith.addi %958, %15 : i64
                %967 = llvm.getelementptr %22[%966] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %968 = arith.addi %958, %19 : i64
                %969 = llvm.getelementptr %22[%968] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %970 = arith.addi %958, %23 : i64
                %971 = llvm.getelementptr %22[%970] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %972 = arith.addi %958, %27 : i64
                %973 = llvm.getelementptr %22[%972] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %974 = llvm.load %959 {alignment = 4 : i64} : !llvm.ptr -> f32
                %975 = vector.broadcast %974 : f32 to vector<16xf32>
                %976 = llvm.load %961 {alignment = 4 : i64} : !llvm.ptr -> f32
                %977 = vector.broadcast %976 : f32 to vector<16xf32>
                %978 = llvm.load %963 {alignment = 4 : i64} : !llvm.ptr -> f32
                %979 = vector.broadcast %978 : f32 to vector<16xf32>
                %980 = llvm.load %965 {alignment = 4 : i64} : !llvm.ptr -> f32
                %981 = vector.broadcast %980 : f32 to vector<16xf32>
                %982 = llvm.load %967 {alignment = 4 : i64} : !llvm.ptr -> f32
                %983 = vector.broadcast %982 : f32 to vector<16xf32>
                %984 = llvm.load %969 {alignment = 4 : i64} : !llvm.ptr -> f32
                %985 = vector.broadcast %984 : f32 to vector<16xf32>
                %986 = llvm.load %971 {alignment = 4 : i64} : !llvm.ptr -> f32
                %987 = vector.broadcast %986 : f32 to vector<16xf32>
                %988 = llvm.load %973 {alignment = 4 : i64} : !llvm.ptr -> f32
                %989 = vector.broadcast %988 : f32 to vector<16xf32>
                %990 = arith.muli %957, %70 : i64
                %991 = llvm.getelementptr %942[%990] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %992 = llvm.intr.masked.load %991, %939, %183 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %993 = llvm.intr.fmuladd(%975, %992, %946) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %994 = llvm.intr.fmuladd(%977, %992, %947) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %995 = llvm.intr.fmuladd(%979, %992, %948) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %996 = llvm.intr.fmuladd(%981, %992, %949) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %997 = llvm.intr.fmuladd(%983, %992, %950) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %998 = llvm.intr.fmuladd(%985, %992, %951) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %999 = llvm.intr.fmuladd(%987, %992, %952) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %1000 = llvm.intr.fmuladd(%989, %992, %953) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                scf.yield %993, %994, %995, %996, %997, %998, %999, %1000 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %954#0, %954#1, %954#2, %954#3, %954#4, %954#5, %954#6, %954#7 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            } else {
              %1011:9 = scf.for %1001 = %0 to %52 step %4 iter_args(%1002 = %255, %1003 = %280, %1004 = %286, %1005 = %292, %1006 = %298, %1007 = %304, %1008 = %310, %1009 = %316, %1010 = %322) -> (i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %1012 = arith.addi %260, %275 : i64
                %1013 = arith.minsi %1002, %1012 : i64
                %1014 = arith.maxsi %1013, %0 : i64
                %1015 = arith.cmpi slt, %1002, %260 : i64
                %1016 = llvm.getelementptr %26[%1014] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %1017 = llvm.load %1016 {alignment = 2 : i64} : !llvm.ptr -> i16
                %1018 = arith.extui %1017 : i16 to i64
                %1019 = arith.cmpi eq, %1018, %1001 : i64
                %1020 = arith.andi %1015, %1019 : i1
                %1021 = arith.muli %1014, %31 : i64
                %1022 = llvm.getelementptr %22[%1021] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1023 = arith.addi %1021, %4 : i64
                %1024 = llvm.getelementptr %22[%1023] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1025 = arith.addi %1021, %8 : i64
                %1026 = llvm.getelementptr %22[%1025] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1027 = arith.addi %1021, %11 : i64
                %1028 = llvm.getelementptr %22[%1027] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1029 = arith.addi %1021, %15 : i64
                %1030 = llvm.getelementptr %22[%1029] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1031 = arith.addi %1021, %19 : i64
                %1032 = llvm.getelementptr %22[%1031] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1033 = arith.addi %1021, %23 : i64
                %1034 = llvm.getelementptr %22[%1033] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1035 = arith.addi %1021, %27 : i64
                %1036 = llvm.getelementptr %22[%1035] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1037 = llvm.load %1022 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1038 = vector.broadcast %1037 : f32 to vector<16xf32>
                %1039 = llvm.load %1024 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1040 = vector.broadcast %1039 : f32 to vector<16xf32>
                %1041 = llvm.load %1026 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1042 = vector.broadcast %1041 : f32 to vector<16xf32>
                %1043 = llvm.load %1028 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1044 = vector.broadcast %1043 : f32 to vector<16xf32>
                %1045 = llvm.load %1030 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1046 = vector.broadcast %1045 : f32 to vector<16xf32>
                %1047 = llvm.load %1032 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1048 = vector.broadcast %1047 : f32 to vector<16xf32>
                %1049 = llvm.load %1034 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1050 = vector.broadcast %1049 : f32 to vector<16xf32>
                %1051 = llvm.load %1036 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1052 = vector.broadcast %1051 : f32 to vector<16xf32>
                %1053 = arith.select %1020, %1038, %183 : vector<16xf32>
                %1054 = arith.select %1020, %1040, %183 : vector<16xf32>
                %1055 = arith.select %1020, %1042, %183 : vector<16xf32>
                %1056 = arith.select %1020, %1044, %183 : vector<16xf32>
                %1057 = arith.select %1020, %1046, %183 : vector<16xf32>
                %1058 = arith.select %1020, %1048, %183 : vector<16xf32>
                %1059 = arith.select %1020, %1050, %183 : vector<16xf32>
                %1060 = arith.select %1020, %1052, %183 : vector<16xf32>
                %1061 = arith.extui %1020 : i1 to i64
                %1062 = arith.addi %1002, %1061 : i64
                %1063 = arith.muli %1001, %70 : i64
                %1064 = llvm.getelementptr %942[%1063] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1065 = llvm.intr.masked.load %1064, %939, %183 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %1066 = llvm.intr.fmuladd(%1053, %1065, %1003) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %1067 = llvm.intr.fmuladd(%1054, %1065, %1004) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %1068 = llvm.intr.fmuladd(%1055, %1065, %1005) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %1069 = llvm.intr.fmuladd(%1056, %1065, %1006) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %1070 = llvm.intr.fmuladd(%1057, %1065, %1007) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %1071 = llvm.intr.fmuladd(%1058, %1065, %1008) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %1072 = llvm.intr.fmuladd(%1059, %1065, %1009) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %1073 = llvm.intr.fmuladd(%1060, %1065, %1010) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                scf.yield %1062, %1066, %1067, %1068, %1069, %1070, %1071, %1072, %1073 : i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %1011#1, %1011#2, %1011#3, %1011#4, %1011#5, %1011#6, %1011#7, %1011#8 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            }
            %1074 = arith.muli %100, %58 : i64
            %1075 = arith.addi %250, %1074 : i64
            %1076 = arith.muli %1075, %8 : i64
            %1077 = arith.addi %1076, %4 : i64
            %1078 = llvm.getelementptr %30[%1077] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %1079 = llvm.load %1078 {alignment = 4 : i64} : !llvm.ptr -> i32
            %1080 = arith.extsi %1079 : i32 to i64
            %1081 = arith.addi %1075, %4 : i64
            %1082 = arith.muli %1081, %8 : i64
            %1083 = arith.addi %1082, %4 : i64
            %1084 = llvm.getelementptr %30[%1083] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %1085 = llvm.load %1084 {alignment = 4 : i64} : !llvm.ptr -> i32
            %1086 = arith.extsi %1085 : i32 to i64
            %1087 = arith.subi %1086, %1080 : i64
            %1088 = arith.muli %1080, %85 : i64
            %1089 = arith.addi %1088, %934 : i64
            %1090 = llvm.getelementptr %175[%1089] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %1091 = llvm.intr.masked.load %1090, %939, %183 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
            %1092 = arith.addf %944#0, %1091 : vector<16xf32>
            %1093 = arith.muli %1080, %79 : i64
            %1094 = arith.addi %1093, %934 : i64
            %1095 = llvm.call @gelu_16(%1092) : (vector<16xf32>) -> vector<16xf32>
            %1096 = llvm.getelementptr %173[%1094] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.intr.masked.store %1095, %1096, %939 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            %1097 = arith.cmpi sgt, %1087, %4 : i64
            scf.if %1097 {
              %1098 = arith.addi %1080, %4 : i64
              %1099 = arith.muli %1098, %85 : i64
              %1100 = arith.addi %1099, %934 : i64
              %1101 = llvm.getelementptr %175[%1100] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1102 = llvm.intr.masked.load %1101, %939, %183 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1103 = arith.addf %944#1, %1102 : vector<16xf32>
              %1104 = arith.muli %1098, %79 : i64
              %1105 = arith.addi %1104, %934 : i64
              %1106 = llvm.call @gelu_16(%1103) : (vector<16xf32>) -> vector<16xf32>
              %1107 = llvm.getelementptr %173[%1105] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1106, %1107, %939 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1108 = arith.cmpi sgt, %1087, %8 : i64
            scf.if %1108 {
              %1109 = arith.addi %1080, %8 : i64
              %1110 = arith.muli %1109, %85 : i64
              %1111 = arith.addi %1110, %934 : i64
              %1112 = llvm.getelementptr %175[%1111] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1113 = llvm.intr.masked.load %1112, %939, %183 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1114 = arith.addf %944#2, %1113 : vector<16xf32>
              %1115 = arith.muli %1109, %79 : i64
              %1116 = arith.addi %1115, %934 : i64
              %1117 = llvm.call @gelu_16(%1114) : (vector<16xf32>) -> vector<16xf32>
              %1118 = llvm.getelementptr %173[%1116] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1117, %1118, %939 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1119 = arith.cmpi sgt, %1087, %11 : i64
            scf.if %1119 {
              %1120 = arith.addi %1080, %11 : i64
              %1121 = arith.muli %1120, %85 : i64
              %1122 = arith.addi %1121, %934 : i64
              %1123 = llvm.getelementptr %175[%1122] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1124 = llvm.intr.masked.load %1123, %939, %183 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1125 = arith.addf %944#3, %1124 : vector<16xf32>
              %1126 = arith.muli %1120, %79 : i64
              %1127 = arith.addi %1126, %934 : i64
              %1128 = llvm.call @gelu_16(%1125) : (vector<16xf32>) -> vector<16xf32>
              %1129 = llvm.getelementptr %173[%1127] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1128, %1129, %939 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1130 = arith.cmpi sgt, %1087, %15 : i64
            scf.if %1130 {
              %1131 = arith.addi %1080, %15 : i64
              %1132 = arith.muli %1131, %85 : i64
              %1133 = arith.addi %1132, %934 : i64
              %1134 = llvm.getelementptr %175[%1133] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1135 = llvm.intr.masked.load %1134, %939, %183 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1136 = arith.addf %944#4, %1135 : vector<16xf32>
              %1137 = arith.muli %1131, %79 : i64
              %1138 = arith.addi %1137, %934 : i64
              %1139 = llvm.call @gelu_16(%1136) : (vector<16xf32>) -> vector<16xf32>
              %1140 = llvm.getelementptr %173[%1138] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1139, %1140, %939 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1141 = arith.cmpi sgt, %1087, %19 : i64
            scf.if %1141 {
              %1142 = arith.addi %1080, %19 : i64
              %1143 = arith.muli %1142, %85 : i64
              %1144 = arith.addi %1143, %934 : i64
              %1145 = llvm.getelementptr %175[%1144] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1146 = llvm.intr.masked.load %1145, %939, %183 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1147 = arith.addf %944#5, %1146 : vector<16xf32>
              %1148 = arith.muli %1142, %79 : i64
              %1149 = arith.addi %1148, %934 : i64
              %1150 = llvm.call @gelu_16(%1147) : (vector<16xf32>) -> vector<16xf32>
              %1151 = llvm.getelementptr %173[%1149] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1150, %1151, %939 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1152 = arith.cmpi sgt, %1087, %23 : i64
            scf.if %1152 {
              %1153 = arith.addi %1080, %23 : i64
              %1154 = arith.muli %1153, %85 : i64
              %1155 = arith.addi %1154, %934 : i64
              %1156 = llvm.getelementptr %175[%1155] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1157 = llvm.intr.masked.load %1156, %939, %183 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1158 = arith.addf %944#6, %1157 : vector<16xf32>
              %1159 = arith.muli %1153, %79 : i64
              %1160 = arith.addi %1159, %934 : i64
              %1161 = llvm.call @gelu_16(%1158) : (vector<16xf32>) -> vector<16xf32>
              %1162 = llvm.getelementptr %173[%1160] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1161, %1162, %939 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1163 = arith.cmpi sgt, %1087, %27 : i64
            scf.if %1163 {
              %1164 = arith.addi %1080, %27 : i64
              %1165 = arith.muli %1164, %85 : i64
              %1166 = arith.addi %1165, %934 : i64
              %1167 = llvm.getelementptr %175[%1166] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1168 = llvm.intr.masked.load %1167, %939, %183 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1169 = arith.addf %944#7, %1168 : vector<16xf32>
              %1170 = arith.muli %1164, %79 : i64
              %1171 = arith.addi %1170, %934 : i64
              %1172 = llvm.call @gelu_16(%1169) : (vector<16xf32>) -> vector<16xf32>
              %1173 = llvm.getelementptr %173[%1171] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1172, %1173, %939 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
          }
        }
      }
    }
    llvm.return
  }
  llvm.func @vblock_8x1_f32_i16_features_features_bias_residual_gelu_parallel(%arg0: !llvm.ptr) {
    %1174 = arith.constant 0 : i64
    %1175 = llvm.getelementptr %arg0[%1174] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %1176 = llvm.load %1175 {alignment = 8 : i64} : !llvm.ptr -> i64
    %1177 = llvm.inttoptr %1176 : i64 to !llvm.ptr
    %1178 = arith.constant 1 : i64
    %1179 = llvm.getelementptr %arg0[%1178] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %1180 = llvm.load %1179 {alignment = 8 : i64} : !llvm.ptr -> i64
    %1181 = llvm.inttoptr %1180 : i64 to !llvm.ptr
    %1182 = arith.constant 2 : i64
    %1183 = llvm.getelementptr %arg0[%1182] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %1184 = llvm.load %1183 {alignment = 8 : i64} : !llvm.ptr -> i64
    %1185 = llvm.call %1177() : !llvm.ptr, () -> i32
    %1186 = arith.extsi %1185 : i32 to i64
    %1187 = llvm.call %1181() : !llvm.ptr, () -> i32
    %1188 = arith.extsi %1187 : i32 to i64
    scf.for %1189 = %1186 to %1184 step %1188 : i64 {
      llvm.call @vblock_8x1_f32_i16_features_features_bias_residual_gelu(%arg0, %1189) : (!llvm.ptr, i64) -> ()
    }
    llvm.return
  }
  llvm.func @vblock_8x1_f32_i16_features_features_bias_residual_gelu_entries(%arg0: !llvm.ptr) {
    %1191 = llvm.mlir.addressof @vblock_8x1_f32_i16_features_features_bias_residual_gelu : !llvm.ptr
    %1192 = arith.constant 0 : i64
    %1193 = llvm.getelementptr %arg0[%1192] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %1191, %1193 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %1194 = llvm.mlir.addressof @vblock_8x1_f32_i16_features_features_bias_residual_gelu_parallel : !llvm.ptr
    %1195 = arith.constant 1 : i64
    %1196 = llvm.getelementptr %arg0[%1195] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %1194, %1196 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
  llvm.func internal @gelu_16(%arg0: vector<16xf32>) -> vector<16xf32> attributes {no_inline} {
    %1197 = arith.constant dense<5.000000000e-01> : vector<16xf32>
    %1198 = arith.mulf %arg0, %1197 : vector<16xf32>
    %1199 = arith.constant dense<7.071067812e-01> : vector<16xf32>
    %1200 = arith.mulf %arg0, %1199 : vector<16xf32>
    %1201 = math.absf %1200 : vector<16xf32>
    %1202 = arith.constant dense<1.000000000e+00> : vector<16xf32>
    %1203 = arith.constant dense<3.275911000e-01> : vector<16xf32>
    %1204 = llvm.intr.fmuladd(%1201, %1203, %1202) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
    %1205 = arith.divf %1202, %1204 : vector<16xf32>
    %1206 = arith.constant dense<1.061405429e+00> : vector<16xf32>
    %1207 = arith.constant dense<-1.453152027e+00> : vector<16xf32>
    %1208 = llvm.intr.fmuladd(%1206, %1205, %1207) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
    %1209 = arith.constant dense<1.421413741e+00> : vector<16xf32>
    %1210 = llvm.intr.fmuladd(%1208, %1205, %1209) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
    %1211 = arith.constant dense<-2.844967360e-01> : vector<16xf32>
    %1212 = llvm.intr.fmuladd(%1210, %1205, %1211) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
    %1213 = arith.constant dense<2.548295920e-01> : vector<16xf32>
    %1214 = llvm.intr.fmuladd(%1212, %1205, %1213) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
    %1215 = arith.mulf %1214, %1205 : vector<16xf32>
    %1216 = arith.constant dense<0.000000000e+00> : vector<16xf32>
    %1217 = arith.mulf %1201, %1201 : vector<16xf32>
    %1218 = arith.subf %1216, %1217 : vector<16xf32>
    %1219 = arith.constant dense<8.837626266e+01> : vector<16xf32>
    %1220 = arith.minimumf %1218, %1219 : vector<16xf32>
    %1221 = arith.constant dense<-8.733654475e+01> : vector<16xf32>
    %1222 = arith.maximumf %1220, %1221 : vector<16xf32>
    %1223 = arith.constant dense<1.258291200e+07> : vector<16xf32>
    %1224 = arith.constant dense<1.442695041e+00> : vector<16xf32>
    %1225 = llvm.intr.fmuladd(%1222, %1224, %1223) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
    %1226 = arith.subf %1225, %1223 : vector<16xf32>
    %1227 = arith.constant dense<-6.931457520e-01> : vector<16xf32>
    %1228 = llvm.intr.fmuladd(%1226, %1227, %1222) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
    %1229 = arith.constant dense<-1.428606765e-06> : vector<16xf32>
    %1230 = llvm.intr.fmuladd(%1226, %1229, %1228) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
    %1231 = arith.constant dense<1.984126984e-04> : vector<16xf32>
    %1232 = arith.constant dense<1.388888889e-03> : vector<16xf32>
    %1233 = llvm.intr.fmuladd(%1231, %1230, %1232) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
    %1234 = arith.constant dense<8.333333333e-03> : vector<16xf32>
    %1235 = llvm.intr.fmuladd(%1233, %1230, %1234) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
    %1236 = arith.constant dense<4.166666667e-02> : vector<16xf32>
    %1237 = llvm.intr.fmuladd(%1235, %1230, %1236) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
    %1238 = arith.constant dense<1.666666667e-01> : vector<16xf32>
    %1239 = llvm.intr.fmuladd(%1237, %1230, %1238) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
    %1240 = llvm.intr.fmuladd(%1239, %1230, %1197) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
    %1241 = llvm.intr.fmuladd(%1240, %1230, %1202) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
    %1242 = llvm.intr.fmuladd(%1241, %1230, %1202) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
    %1243 = arith.bitcast %1225 : vector<16xf32> to vector<16xi32>
    %1244 = arith.constant dense<23> : vector<16xi32>
    %1245 = arith.shli %1243, %1244 : vector<16xi32>
    %1246 = arith.bitcast %1242 : vector<16xf32> to vector<16xi32>
    %1247 = arith.addi %1246, %1245 : vector<16xi32>
    %1248 = arith.bitcast %1247 : vector<16xi32> to vector<16xf32>
    %1249 = llvm.intr.fmuladd(%1230, %1216, %1248) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
    %1250 = arith.constant dense<8.872280000e+01> : vector<16xf32>
    %1251 = arith.cmpf ogt, %1218, %1250 : vector<16xf32>
    %1252 = arith.constant dense<0x7F800000> : vector<16xf32>
    %1253 = arith.select %1251, %1252, %1249 : vector<16xi1>, vector<16xf32>
    %1254 = arith.mulf %1215, %1253 : vector<16xf32>
    %1255 = arith.subf %1202, %1254 : vector<16xf32>
    %1256 = math.copysign %1255, %1200 : vector<16xf32>
    %1257 = llvm.intr.fmuladd(%1198, %1256, %1198) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
    llvm.return %1257 : vector<16xf32>
  }
}
