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
    %101 = arith.remui %arg1, %64 : i64
    %102 = arith.divui %arg1, %64 : i64
    %103 = arith.divui %10, %64 : i64
    %104 = arith.muli %58, %8 : i64
    %105 = llvm.getelementptr %30[%104] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    %106 = llvm.load %105 {alignment = 4 : i64} : !llvm.ptr -> i32
    %107 = arith.extsi %106 : i32 to i64
    %108 = arith.muli %58, %15 : i64
    %109 = arith.addi %107, %108 : i64
    %110 = arith.muli %109, %101 : i64
    %111 = arith.divui %110, %64 : i64
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
    %129 = arith.addi %101, %4 : i64
    %130 = arith.muli %58, %8 : i64
    %131 = llvm.getelementptr %30[%130] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    %132 = llvm.load %131 {alignment = 4 : i64} : !llvm.ptr -> i32
    %133 = arith.extsi %132 : i32 to i64
    %134 = arith.muli %58, %15 : i64
    %135 = arith.addi %133, %134 : i64
    %136 = arith.muli %135, %129 : i64
    %137 = arith.divui %136, %64 : i64
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
    %154 = arith.constant 48 : i64
    %155 = arith.ceildivsi %49, %154 : i64
    %156 = arith.muli %155, %102 : i64
    %157 = arith.divui %156, %103 : i64
    %158 = arith.muli %157, %154 : i64
    %159 = arith.minsi %158, %49 : i64
    %160 = arith.addi %102, %4 : i64
    %161 = arith.ceildivsi %49, %154 : i64
    %162 = arith.muli %161, %160 : i64
    %163 = arith.divui %162, %103 : i64
    %164 = arith.muli %163, %154 : i64
    %165 = arith.minsi %164, %49 : i64
    scf.for %166 = %0 to %61 step %4 : i64 {
      %168 = arith.muli %166, %73 : i64
      %169 = llvm.getelementptr %14[%168] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %170 = arith.muli %166, %79 : i64
      %171 = llvm.getelementptr %18[%170] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %172 = arith.muli %166, %85 : i64
      %173 = llvm.getelementptr %38[%172] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %174 = arith.muli %88, %31 : i64
      %175 = arith.muli %arg1, %174 : i64
      %176 = llvm.getelementptr %42[%175] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      scf.for %177 = %159 to %165 step %67 : i64 {
        %179 = arith.addi %177, %67 : i64
        %180 = arith.minsi %179, %165 : i64
        %181 = arith.constant dense<0.000000000e+00> : vector<16xf32>
        %182 = arith.subi %180, %177 : i64
        %183 = arith.divui %182, %154 : i64
        %184 = arith.muli %183, %154 : i64
        %185 = arith.addi %177, %184 : i64
        %186 = arith.subi %180, %177 : i64
        %187 = arith.divui %186, %59 : i64
        %188 = arith.muli %187, %59 : i64
        %189 = arith.addi %177, %188 : i64
        %190 = arith.subi %180, %177 : i64
        %191 = arith.divui %190, %59 : i64
        %192 = arith.muli %191, %59 : i64
        %193 = arith.addi %177, %192 : i64
        %196 = scf.for %194 = %177 to %185 step %154 iter_args(%195 = %181) -> (vector<16xf32>) : i64 {
          %197 = llvm.getelementptr %169[%194] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %198 = arith.addi %194, %59 : i64
          %199 = llvm.getelementptr %169[%198] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %200 = arith.addi %194, %112 : i64
          %201 = llvm.getelementptr %169[%200] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %206:3 = scf.for %202 = %0 to %52 step %4 iter_args(%203 = %195, %204 = %181, %205 = %181) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
            %207 = arith.muli %202, %70 : i64
            %208 = llvm.getelementptr %197[%207] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %209 = llvm.load %208 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %210 = arith.muli %202, %70 : i64
            %211 = llvm.getelementptr %199[%210] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %212 = llvm.load %211 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %213 = arith.muli %202, %70 : i64
            %214 = llvm.getelementptr %201[%213] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %215 = llvm.load %214 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %216 = vector.fma %209, %181, %203 : vector<16xf32>
            %217 = vector.fma %212, %181, %204 : vector<16xf32>
            %218 = vector.fma %215, %181, %205 : vector<16xf32>
            scf.yield %216, %217, %218 : vector<16xf32>, vector<16xf32>, vector<16xf32>
          }
          %219 = arith.addf %206#0, %206#1 : vector<16xf32>
          %220 = arith.addf %219, %206#2 : vector<16xf32>
          scf.yield %220 : vector<16xf32>
        }
        %223 = scf.for %221 = %185 to %189 step %59 iter_args(%222 = %196) -> (vector<16xf32>) : i64 {
          %224 = llvm.getelementptr %169[%221] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %227 = scf.for %225 = %0 to %52 step %4 iter_args(%226 = %222) -> (vector<16xf32>) : i64 {
            %228 = arith.muli %225, %70 : i64
            %229 = llvm.getelementptr %224[%228] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %230 = llvm.load %229 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %231 = vector.fma %230, %181, %226 : vector<16xf32>
            scf.yield %231 : vector<16xf32>
          }
          scf.yield %227 : vector<16xf32>
        }
        %234 = scf.for %232 = %193 to %180 step %59 iter_args(%233 = %223) -> (vector<16xf32>) : i64 {
          %235 = arith.subi %180, %232 : i64
          %236 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi64>
          %237 = vector.broadcast %235 : i64 to vector<16xi64>
          %238 = arith.cmpi slt, %236, %237 : vector<16xi64>
          %239 = llvm.getelementptr %169[%232] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %242 = scf.for %240 = %0 to %52 step %4 iter_args(%241 = %233) -> (vector<16xf32>) : i64 {
            %243 = arith.muli %240, %70 : i64
            %244 = llvm.getelementptr %239[%243] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %245 = llvm.intr.masked.load %244, %238, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
            %246 = vector.fma %245, %181, %241 : vector<16xf32>
            scf.yield %246 : vector<16xf32>
          }
          scf.yield %242 : vector<16xf32>
        }
        %247 = vector.reduction <add>, %234 : vector<16xf32> into f32
        %248 = arith.constant 0.000000000e+00 : f32
        %249 = arith.cmpf ord, %247, %248 : f32
        scf.for %250 = %116#0 to %141#0 step %4 : i64 {
          %252 = arith.muli %250, %8 : i64
          %253 = llvm.getelementptr %30[%252] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %254 = llvm.load %253 {alignment = 4 : i64} : !llvm.ptr -> i32
          %255 = arith.extsi %254 : i32 to i64
          %256 = arith.addi %250, %4 : i64
          %257 = arith.muli %256, %8 : i64
          %258 = llvm.getelementptr %30[%257] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %259 = llvm.load %258 {alignment = 4 : i64} : !llvm.ptr -> i32
          %260 = arith.extsi %259 : i32 to i64
          %261 = arith.muli %97, %58 : i64
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
          %323 = arith.subi %180, %177 : i64
          %324 = arith.divui %323, %154 : i64
          %325 = arith.muli %324, %154 : i64
          %326 = arith.addi %177, %325 : i64
          %327 = arith.subi %180, %177 : i64
          %328 = arith.divui %327, %59 : i64
          %329 = arith.muli %328, %59 : i64
          %330 = arith.addi %177, %329 : i64
          %331 = arith.subi %180, %177 : i64
          %332 = arith.divui %331, %59 : i64
          %333 = arith.muli %332, %59 : i64
          %334 = arith.addi %177, %333 : i64
          scf.for %335 = %177 to %326 step %154 : i64 {
            %337 = arith.subi %180, %335 : i64
            %338 = llvm.getelementptr %169[%335] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %339 = arith.addi %335, %59 : i64
            %340 = llvm.getelementptr %169[%339] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %341 = arith.addi %335, %112 : i64
            %342 = llvm.getelementptr %169[%341] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %343 = arith.subi %335, %177 : i64
            %344:24 = scf.if %249 -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) {
              %370:24 = scf.for %345 = %255 to %260 step %4 iter_args(%346 = %280, %347 = %280, %348 = %280, %349 = %286, %350 = %286, %351 = %286, %352 = %292, %353 = %292, %354 = %292, %355 = %298, %356 = %298, %357 = %298, %358 = %304, %359 = %304, %360 = %304, %361 = %310, %362 = %310, %363 = %310, %364 = %316, %365 = %316, %366 = %316, %367 = %322, %368 = %322, %369 = %322) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %371 = llvm.getelementptr %26[%345] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %372 = llvm.load %371 {alignment = 2 : i64} : !llvm.ptr -> i16
                %373 = arith.extui %372 : i16 to i64
                %374 = arith.muli %345, %31 : i64
                %375 = llvm.getelementptr %22[%374] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %376 = arith.addi %374, %4 : i64
                %377 = llvm.getelementptr %22[%376] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %378 = arith.addi %374, %8 : i64
                %379 = llvm.getelementptr %22[%378] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %380 = arith.addi %374, %11 : i64
                %381 = llvm.getelementptr %22[%380] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %382 = arith.addi %374, %15 : i64
                %383 = llvm.getelementptr %22[%382] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %384 = arith.addi %374, %19 : i64
                %385 = llvm.getelementptr %22[%384] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %386 = arith.addi %374, %23 : i64
                %387 = llvm.getelementptr %22[%386] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %388 = arith.addi %374, %27 : i64
                %389 = llvm.getelementptr %22[%388] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %390 = llvm.load %375 {alignment = 4 : i64} : !llvm.ptr -> f32
                %391 = vector.broadcast %390 : f32 to vector<16xf32>
                %392 = llvm.load %377 {alignment = 4 : i64} : !llvm.ptr -> f32
                %393 = vector.broadcast %392 : f32 to vector<16xf32>
                %394 = llvm.load %379 {alignment = 4 : i64} : !llvm.ptr -> f32
                %395 = vector.broadcast %394 : f32 to vector<16xf32>
                %396 = llvm.load %381 {alignment = 4 : i64} : !llvm.ptr -> f32
                %397 = vector.broadcast %396 : f32 to vector<16xf32>
                %398 = llvm.load %383 {alignment = 4 : i64} : !llvm.ptr -> f32
                %399 = vector.broadcast %398 : f32 to vector<16xf32>
                %400 = llvm.load %385 {alignment = 4 : i64} : !llvm.ptr -> f32
                %401 = vector.broadcast %400 : f32 to vector<16xf32>
                %402 = llvm.load %387 {alignment = 4 : i64} : !llvm.ptr -> f32
                %403 = vector.broadcast %402 : f32 to vector<16xf32>
                %404 = llvm.load %389 {alignment = 4 : i64} : !llvm.ptr -> f32
                %405 = vector.broadcast %404 : f32 to vector<16xf32>
                %406 = arith.muli %373, %70 : i64
                %407 = llvm.getelementptr %338[%406] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %408 = llvm.load %407 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %409 = arith.muli %373, %70 : i64
                %410 = llvm.getelementptr %340[%409] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %411 = llvm.load %410 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %412 = arith.muli %373, %70 : i64
                %413 = llvm.getelementptr %342[%412] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %414 = llvm.load %413 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %415 = vector.fma %391, %408, %346 : vector<16xf32>
                %416 = vector.fma %391, %411, %347 : vector<16xf32>
                %417 = vector.fma %391, %414, %348 : vector<16xf32>
                %418 = vector.fma %393, %408, %349 : vector<16xf32>
                %419 = vector.fma %393, %411, %350 : vector<16xf32>
                %420 = vector.fma %393, %414, %351 : vector<16xf32>
                %421 = vector.fma %395, %408, %352 : vector<16xf32>
                %422 = vector.fma %395, %411, %353 : vector<16xf32>
                %423 = vector.fma %395, %414, %354 : vector<16xf32>
                %424 = vector.fma %397, %408, %355 : vector<16xf32>
                %425 = vector.fma %397, %411, %356 : vector<16xf32>
                %426 = vector.fma %397, %414, %357 : vector<16xf32>
                %427 = vector.fma %399, %408, %358 : vector<16xf32>
                %428 = vector.fma %399, %411, %359 : vector<16xf32>
                %429 = vector.fma %399, %414, %360 : vector<16xf32>
                %430 = vector.fma %401, %408, %361 : vector<16xf32>
                %431 = vector.fma %401, %411, %362 : vector<16xf32>
                %432 = vector.fma %401, %414, %363 : vector<16xf32>
                %433 = vector.fma %403, %408, %364 : vector<16xf32>
                %434 = vector.fma %403, %411, %365 : vector<16xf32>
                %435 = vector.fma %403, %414, %366 : vector<16xf32>
                %436 = vector.fma %405, %408, %367 : vector<16xf32>
                %437 = vector.fma %405, %411, %368 : vector<16xf32>
                %438 = vector.fma %405, %414, %369 : vector<16xf32>
                scf.yield %415, %416, %417, %418, %419, %420, %421, %422, %423, %424, %425, %426, %427, %428, %429, %430, %431, %432, %433, %434, %435, %436, %437, %438 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %370#0, %370#1, %370#2, %370#3, %370#4, %370#5, %370#6, %370#7, %370#8, %370#9, %370#10, %370#11, %370#12, %370#13, %370#14, %370#15, %370#16, %370#17, %370#18, %370#19, %370#20, %370#21, %370#22, %370#23 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            } else {
              %465:25 = scf.for %439 = %0 to %52 step %4 iter_args(%440 = %255, %441 = %280, %442 = %280, %443 = %280, %444 = %286, %445 = %286, %446 = %286, %447 = %292, %448 = %292, %449 = %292, %450 = %298, %451 = %298, %452 = %298, %453 = %304, %454 = %304, %455 = %304, %456 = %310, %457 = %310, %458 = %310, %459 = %316, %460 = %316, %461 = %316, %462 = %322, %463 = %322, %464 = %322) -> (i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %466 = arith.addi %260, %275 : i64
                %467 = arith.minsi %440, %466 : i64
                %468 = arith.maxsi %467, %0 : i64
                %469 = arith.cmpi slt, %440, %260 : i64
                %470 = llvm.getelementptr %26[%468] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %471 = llvm.load %470 {alignment = 2 : i64} : !llvm.ptr -> i16
                %472 = arith.extui %471 : i16 to i64
                %473 = arith.cmpi eq, %472, %439 : i64
                %474 = arith.andi %469, %473 : i1
                %475 = arith.muli %468, %31 : i64
                %476 = llvm.getelementptr %22[%475] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %477 = arith.addi %475, %4 : i64
                %478 = llvm.getelementptr %22[%477] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %479 = arith.addi %475, %8 : i64
                %480 = llvm.getelementptr %22[%479] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %481 = arith.addi %475, %11 : i64
                %482 = llvm.getelementptr %22[%481] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %483 = arith.addi %475, %15 : i64
                %484 = llvm.getelementptr %22[%483] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %485 = arith.addi %475, %19 : i64
                %486 = llvm.getelementptr %22[%485] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %487 = arith.addi %475, %23 : i64
                %488 = llvm.getelementptr %22[%487] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %489 = arith.addi %475, %27 : i64
                %490 = llvm.getelementptr %22[%489] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %491 = llvm.load %476 {alignment = 4 : i64} : !llvm.ptr -> f32
                %492 = vector.broadcast %491 : f32 to vector<16xf32>
                %493 = llvm.load %478 {alignment = 4 : i64} : !llvm.ptr -> f32
                %494 = vector.broadcast %493 : f32 to vector<16xf32>
                %495 = llvm.load %480 {alignment = 4 : i64} : !llvm.ptr -> f32
                %496 = vector.broadcast %495 : f32 to vector<16xf32>
                %497 = llvm.load %482 {alignment = 4 : i64} : !llvm.ptr -> f32
                %498 = vector.broadcast %497 : f32 to vector<16xf32>
                %499 = llvm.load %484 {alignment = 4 : i64} : !llvm.ptr -> f32
                %500 = vector.broadcast %499 : f32 to vector<16xf32>
                %501 = llvm.load %486 {alignment = 4 : i64} : !llvm.ptr -> f32
                %502 = vector.broadcast %501 : f32 to vector<16xf32>
                %503 = llvm.load %488 {alignment = 4 : i64} : !llvm.ptr -> f32
                %504 = vector.broadcast %503 : f32 to vector<16xf32>
                %505 = llvm.load %490 {alignment = 4 : i64} : !llvm.ptr -> f32
                %506 = vector.broadcast %505 : f32 to vector<16xf32>
                %507 = arith.select %474, %492, %181 : vector<16xf32>
                %508 = arith.select %474, %494, %181 : vector<16xf32>
                %509 = arith.select %474, %496, %181 : vector<16xf32>
                %510 = arith.select %474, %498, %181 : vector<16xf32>
                %511 = arith.select %474, %500, %181 : vector<16xf32>
                %512 = arith.select %474, %502, %181 : vector<16xf32>
                %513 = arith.select %474, %504, %181 : vector<16xf32>
                %514 = arith.select %474, %506, %181 : vector<16xf32>
                %515 = arith.extui %474 : i1 to i64
                %516 = arith.addi %440, %515 : i64
                %517 = arith.muli %439, %70 : i64
                %518 = llvm.getelementptr %338[%517] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %519 = llvm.load %518 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %520 = arith.muli %439, %70 : i64
                %521 = llvm.getelementptr %340[%520] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %522 = llvm.load %521 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %523 = arith.muli %439, %70 : i64
                %524 = llvm.getelementptr %342[%523] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %525 = llvm.load %524 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %526 = vector.fma %507, %519, %441 : vector<16xf32>
                %527 = vector.fma %507, %522, %442 : vector<16xf32>
                %528 = vector.fma %507, %525, %443 : vector<16xf32>
                %529 = vector.fma %508, %519, %444 : vector<16xf32>
                %530 = vector.fma %508, %522, %445 : vector<16xf32>
                %531 = vector.fma %508, %525, %446 : vector<16xf32>
                %532 = vector.fma %509, %519, %447 : vector<16xf32>
                %533 = vector.fma %509, %522, %448 : vector<16xf32>
                %534 = vector.fma %509, %525, %449 : vector<16xf32>
                %535 = vector.fma %510, %519, %450 : vector<16xf32>
                %536 = vector.fma %510, %522, %451 : vector<16xf32>
                %537 = vector.fma %510, %525, %452 : vector<16xf32>
                %538 = vector.fma %511, %519, %453 : vector<16xf32>
                %539 = vector.fma %511, %522, %454 : vector<16xf32>
                %540 = vector.fma %511, %525, %455 : vector<16xf32>
                %541 = vector.fma %512, %519, %456 : vector<16xf32>
                %542 = vector.fma %512, %522, %457 : vector<16xf32>
                %543 = vector.fma %512, %525, %458 : vector<16xf32>
                %544 = vector.fma %513, %519, %459 : vector<16xf32>
                %545 = vector.fma %513, %522, %460 : vector<16xf32>
                %546 = vector.fma %513, %525, %461 : vector<16xf32>
                %547 = vector.fma %514, %519, %462 : vector<16xf32>
                %548 = vector.fma %514, %522, %463 : vector<16xf32>
                %549 = vector.fma %514, %525, %464 : vector<16xf32>
                scf.yield %516, %526, %527, %528, %529, %530, %531, %532, %533, %534, %535, %536, %537, %538, %539, %540, %541, %542, %543, %544, %545, %546, %547, %548, %549 : i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %465#1, %465#2, %465#3, %465#4, %465#5, %465#6, %465#7, %465#8, %465#9, %465#10, %465#11, %465#12, %465#13, %465#14, %465#15, %465#16, %465#17, %465#18, %465#19, %465#20, %465#21, %465#22, %465#23, %465#24 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            }
            %550 = arith.muli %97, %58 : i64
            %551 = arith.addi %250, %550 : i64
            %552 = arith.muli %551, %8 : i64
            %553 = arith.addi %552, %4 : i64
            %554 = llvm.getelementptr %30[%553] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %555 = llvm.load %554 {alignment = 4 : i64} : !llvm.ptr -> i32
            %556 = arith.extsi %555 : i32 to i64
            %557 = arith.addi %551, %4 : i64
            %558 = arith.muli %557, %8 : i64
            %559 = arith.addi %558, %4 : i64
            %560 = llvm.getelementptr %30[%559] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %561 = llvm.load %560 {alignment = 4 : i64} : !llvm.ptr -> i32
            %562 = arith.extsi %561 : i32 to i64
            %563 = arith.subi %562, %556 : i64
            %564 = arith.muli %556, %82 : i64
            %565 = arith.addi %564, %335 : i64
            %566 = llvm.getelementptr %173[%565] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %567 = llvm.load %566 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %568 = arith.addf %344#0, %567 : vector<16xf32>
            %569 = arith.muli %556, %76 : i64
            %570 = arith.addi %569, %335 : i64
            %571 = llvm.call @gelu_16(%568) : (vector<16xf32>) -> vector<16xf32>
            %572 = llvm.getelementptr %171[%570] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %571, %572 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %573 = arith.cmpi sgt, %563, %4 : i64
            scf.if %573 {
              %574 = arith.addi %556, %4 : i64
              %575 = arith.muli %574, %82 : i64
              %576 = arith.addi %575, %335 : i64
              %577 = llvm.getelementptr %173[%576] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %578 = llvm.load %577 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %579 = arith.addf %344#3, %578 : vector<16xf32>
              %580 = arith.muli %574, %76 : i64
              %581 = arith.addi %580, %335 : i64
              %582 = llvm.call @gelu_16(%579) : (vector<16xf32>) -> vector<16xf32>
              %583 = llvm.getelementptr %171[%581] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %582, %583 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %584 = arith.cmpi sgt, %563, %8 : i64
            scf.if %584 {
              %585 = arith.addi %556, %8 : i64
              %586 = arith.muli %585, %82 : i64
              %587 = arith.addi %586, %335 : i64
              %588 = llvm.getelementptr %173[%587] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %589 = llvm.load %588 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %590 = arith.addf %344#6, %589 : vector<16xf32>
              %591 = arith.muli %585, %76 : i64
              %592 = arith.addi %591, %335 : i64
              %593 = llvm.call @gelu_16(%590) : (vector<16xf32>) -> vector<16xf32>
              %594 = llvm.getelementptr %171[%592] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %593, %594 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %595 = arith.cmpi sgt, %563, %11 : i64
            scf.if %595 {
              %596 = arith.addi %556, %11 : i64
              %597 = arith.muli %596, %82 : i64
              %598 = arith.addi %597, %335 : i64
              %599 = llvm.getelementptr %173[%598] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %600 = llvm.load %599 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %601 = arith.addf %344#9, %600 : vector<16xf32>
              %602 = arith.muli %596, %76 : i64
              %603 = arith.addi %602, %335 : i64
              %604 = llvm.call @gelu_16(%601) : (vector<16xf32>) -> vector<16xf32>
              %605 = llvm.getelementptr %171[%603] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %604, %605 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %606 = arith.cmpi sgt, %563, %15 : i64
            scf.if %606 {
              %607 = arith.addi %556, %15 : i64
              %608 = arith.muli %607, %82 : i64
              %609 = arith.addi %608, %335 : i64
              %610 = llvm.getelementptr %173[%609] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %611 = llvm.load %610 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %612 = arith.addf %344#12, %611 : vector<16xf32>
              %613 = arith.muli %607, %76 : i64
              %614 = arith.addi %613, %335 : i64
              %615 = llvm.call @gelu_16(%612) : (vector<16xf32>) -> vector<16xf32>
              %616 = llvm.getelementptr %171[%614] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %615, %616 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %617 = arith.cmpi sgt, %563, %19 : i64
            scf.if %617 {
              %618 = arith.addi %556, %19 : i64
              %619 = arith.muli %618, %82 : i64
              %620 = arith.addi %619, %335 : i64
              %621 = llvm.getelementptr %173[%620] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %622 = llvm.load %621 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %623 = arith.addf %344#15, %622 : vector<16xf32>
              %624 = arith.muli %618, %76 : i64
              %625 = arith.addi %624, %335 : i64
              %626 = llvm.call @gelu_16(%623) : (vector<16xf32>) -> vector<16xf32>
              %627 = llvm.getelementptr %171[%625] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %626, %627 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %628 = arith.cmpi sgt, %563, %23 : i64
            scf.if %628 {
              %629 = arith.addi %556, %23 : i64
              %630 = arith.muli %629, %82 : i64
              %631 = arith.addi %630, %335 : i64
              %632 = llvm.getelementptr %173[%631] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %633 = llvm.load %632 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %634 = arith.addf %344#18, %633 : vector<16xf32>
              %635 = arith.muli %629, %76 : i64
              %636 = arith.addi %635, %335 : i64
              %637 = llvm.call @gelu_16(%634) : (vector<16xf32>) -> vector<16xf32>
              %638 = llvm.getelementptr %171[%636] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %637, %638 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %639 = arith.cmpi sgt, %563, %27 : i64
            scf.if %639 {
              %640 = arith.addi %556, %27 : i64
              %641 = arith.muli %640, %82 : i64
              %642 = arith.addi %641, %335 : i64
              %643 = llvm.getelementptr %173[%642] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %644 = llvm.load %643 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %645 = arith.addf %344#21, %644 : vector<16xf32>
              %646 = arith.muli %640, %76 : i64
              %647 = arith.addi %646, %335 : i64
              %648 = llvm.call @gelu_16(%645) : (vector<16xf32>) -> vector<16xf32>
              %649 = llvm.getelementptr %171[%647] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %648, %649 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %650 = arith.addi %335, %59 : i64
            %651 = arith.muli %556, %82 : i64
            %652 = arith.addi %651, %650 : i64
            %653 = llvm.getelementptr %173[%652] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %654 = llvm.load %653 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %655 = arith.addf %344#1, %654 : vector<16xf32>
            %656 = arith.muli %556, %76 : i64
            %657 = arith.addi %656, %650 : i64
            %658 = llvm.call @gelu_16(%655) : (vector<16xf32>) -> vector<16xf32>
            %659 = llvm.getelementptr %171[%657] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %658, %659 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %660 = arith.cmpi sgt, %563, %4 : i64
            scf.if %660 {
              %661 = arith.addi %556, %4 : i64
              %662 = arith.muli %661, %82 : i64
              %663 = arith.addi %662, %650 : i64
              %664 = llvm.getelementptr %173[%663] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %665 = llvm.load %664 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %666 = arith.addf %344#4, %665 : vector<16xf32>
              %667 = arith.muli %661, %76 : i64
              %668 = arith.addi %667, %650 : i64
              %669 = llvm.call @gelu_16(%666) : (vector<16xf32>) -> vector<16xf32>
              %670 = llvm.getelementptr %171[%668] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %669, %670 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %671 = arith.cmpi sgt, %563, %8 : i64
            scf.if %671 {
              %672 = arith.addi %556, %8 : i64
              %673 = arith.muli %672, %82 : i64
              %674 = arith.addi %673, %650 : i64
              %675 = llvm.getelementptr %173[%674] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %676 = llvm.load %675 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %677 = arith.addf %344#7, %676 : vector<16xf32>
              %678 = arith.muli %672, %76 : i64
              %679 = arith.addi %678, %650 : i64
              %680 = llvm.call @gelu_16(%677) : (vector<16xf32>) -> vector<16xf32>
              %681 = llvm.getelementptr %171[%679] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %680, %681 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %682 = arith.cmpi sgt, %563, %11 : i64
            scf.if %682 {
              %683 = arith.addi %556, %11 : i64
              %684 = arith.muli %683, %82 : i64
              %685 = arith.addi %684, %650 : i64
              %686 = llvm.getelementptr %173[%685] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %687 = llvm.load %686 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %688 = arith.addf %344#10, %687 : vector<16xf32>
              %689 = arith.muli %683, %76 : i64
              %690 = arith.addi %689, %650 : i64
              %691 = llvm.call @gelu_16(%688) : (vector<16xf32>) -> vector<16xf32>
              %692 = llvm.getelementptr %171[%690] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %691, %692 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %693 = arith.cmpi sgt, %563, %15 : i64
            scf.if %693 {
              %694 = arith.addi %556, %15 : i64
              %695 = arith.muli %694, %82 : i64
              %696 = arith.addi %695, %650 : i64
              %697 = llvm.getelementptr %173[%696] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %698 = llvm.load %697 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %699 = arith.addf %344#13, %698 : vector<16xf32>
              %700 = arith.muli %694, %76 : i64
              %701 = arith.addi %700, %650 : i64
              %702 = llvm.call @gelu_16(%699) : (vector<16xf32>) -> vector<16xf32>
              %703 = llvm.getelementptr %171[%701] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %702, %703 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %704 = arith.cmpi sgt, %563, %19 : i64
            scf.if %704 {
              %705 = arith.addi %556, %19 : i64
              %706 = arith.muli %705, %82 : i64
              %707 = arith.addi %706, %650 : i64
              %708 = llvm.getelementptr %173[%707] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %709 = llvm.load %708 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %710 = arith.addf %344#16, %709 : vector<16xf32>
              %711 = arith.muli %705, %76 : i64
              %712 = arith.addi %711, %650 : i64
              %713 = llvm.call @gelu_16(%710) : (vector<16xf32>) -> vector<16xf32>
              %714 = llvm.getelementptr %171[%712] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %713, %714 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %715 = arith.cmpi sgt, %563, %23 : i64
            scf.if %715 {
              %716 = arith.addi %556, %23 : i64
              %717 = arith.muli %716, %82 : i64
              %718 = arith.addi %717, %650 : i64
              %719 = llvm.getelementptr %173[%718] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %720 = llvm.load %719 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %721 = arith.addf %344#19, %720 : vector<16xf32>
              %722 = arith.muli %716, %76 : i64
              %723 = arith.addi %722, %650 : i64
              %724 = llvm.call @gelu_16(%721) : (vector<16xf32>) -> vector<16xf32>
              %725 = llvm.getelementptr %171[%723] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %724, %725 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %726 = arith.cmpi sgt, %563, %27 : i64
            scf.if %726 {
              %727 = arith.addi %556, %27 : i64
              %728 = arith.muli %727, %82 : i64
              %729 = arith.addi %728, %650 : i64
              %730 = llvm.getelementptr %173[%729] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %731 = llvm.load %730 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %732 = arith.addf %344#22, %731 : vector<16xf32>
              %733 = arith.muli %727, %76 : i64
              %734 = arith.addi %733, %650 : i64
              %735 = llvm.call @gelu_16(%732) : (vector<16xf32>) -> vector<16xf32>
              %736 = llvm.getelementptr %171[%734] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %735, %736 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %737 = arith.addi %335, %112 : i64
            %738 = arith.muli %556, %82 : i64
            %739 = arith.addi %738, %737 : i64
            %740 = llvm.getelementptr %173[%739] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %741 = llvm.load %740 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %742 = arith.addf %344#2, %741 : vector<16xf32>
            %743 = arith.muli %556, %76 : i64
            %744 = arith.addi %743, %737 : i64
            %745 = llvm.call @gelu_16(%742) : (vector<16xf32>) -> vector<16xf32>
            %746 = llvm.getelementptr %171[%744] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %745, %746 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %747 = arith.cmpi sgt, %563, %4 : i64
            scf.if %747 {
              %748 = arith.addi %556, %4 : i64
              %749 = arith.muli %748, %82 : i64
              %750 = arith.addi %749, %737 : i64
              %751 = llvm.getelementptr %173[%750] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %752 = llvm.load %751 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %753 = arith.addf %344#5, %752 : vector<16xf32>
              %754 = arith.muli %748, %76 : i64
              %755 = arith.addi %754, %737 : i64
              %756 = llvm.call @gelu_16(%753) : (vector<16xf32>) -> vector<16xf32>
              %757 = llvm.getelementptr %171[%755] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %756, %757 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %758 = arith.cmpi sgt, %563, %8 : i64
            scf.if %758 {
              %759 = arith.addi %556, %8 : i64
              %760 = arith.muli %759, %82 : i64
              %761 = arith.addi %760, %737 : i64
              %762 = llvm.getelementptr %173[%761] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %763 = llvm.load %762 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %764 = arith.addf %344#8, %763 : vector<16xf32>
              %765 = arith.muli %759, %76 : i64
              %766 = arith.addi %765, %737 : i64
              %767 = llvm.call @gelu_16(%764) : (vector<16xf32>) -> vector<16xf32>
              %768 = llvm.getelementptr %171[%766] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %767, %768 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %769 = arith.cmpi sgt, %563, %11 : i64
            scf.if %769 {
              %770 = arith.addi %556, %11 : i64
              %771 = arith.muli %770, %82 : i64
              %772 = arith.addi %771, %737 : i64
              %773 = llvm.getelementptr %173[%772] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %774 = llvm.load %773 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %775 = arith.addf %344#11, %774 : vector<16xf32>
              %776 = arith.muli %770, %76 : i64
              %777 = arith.addi %776, %737 : i64
              %778 = llvm.call @gelu_16(%775) : (vector<16xf32>) -> vector<16xf32>
              %779 = llvm.getelementptr %171[%777] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %778, %779 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %780 = arith.cmpi sgt, %563, %15 : i64
            scf.if %780 {
              %781 = arith.addi %556, %15 : i64
              %782 = arith.muli %781, %82 : i64
              %783 = arith.addi %782, %737 : i64
              %784 = llvm.getelementptr %173[%783] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %785 = llvm.load %784 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %786 = arith.addf %344#14, %785 : vector<16xf32>
              %787 = arith.muli %781, %76 : i64
              %788 = arith.addi %787, %737 : i64
              %789 = llvm.call @gelu_16(%786) : (vector<16xf32>) -> vector<16xf32>
              %790 = llvm.getelementptr %171[%788] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %789, %790 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %791 = arith.cmpi sgt, %563, %19 : i64
            scf.if %791 {
              %792 = arith.addi %556, %19 : i64
              %793 = arith.muli %792, %82 : i64
              %794 = arith.addi %793, %737 : i64
              %795 = llvm.getelementptr %173[%794] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %796 = llvm.load %795 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %797 = arith.addf %344#17, %796 : vector<16xf32>
              %798 = arith.muli %792, %76 : i64
              %799 = arith.addi %798, %737 : i64
              %800 = llvm.call @gelu_16(%797) : (vector<16xf32>) -> vector<16xf32>
              %801 = llvm.getelementptr %171[%799] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %800, %801 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %802 = arith.cmpi sgt, %563, %23 : i64
            scf.if %802 {
              %803 = arith.addi %556, %23 : i64
              %804 = arith.muli %803, %82 : i64
              %805 = arith.addi %804, %737 : i64
              %806 = llvm.getelementptr %173[%805] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %807 = llvm.load %806 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %808 = arith.addf %344#20, %807 : vector<16xf32>
              %809 = arith.muli %803, %76 : i64
              %810 = arith.addi %809, %737 : i64
              %811 = llvm.call @gelu_16(%808) : (vector<16xf32>) -> vector<16xf32>
              %812 = llvm.getelementptr %171[%810] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %811, %812 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %813 = arith.cmpi sgt, %563, %27 : i64
            scf.if %813 {
              %814 = arith.addi %556, %27 : i64
              %815 = arith.muli %814, %82 : i64
              %816 = arith.addi %815, %737 : i64
              %817 = llvm.getelementptr %173[%816] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %818 = llvm.load %817 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %819 = arith.addf %344#23, %818 : vector<16xf32>
              %820 = arith.muli %814, %76 : i64
              %821 = arith.addi %820, %737 : i64
              %822 = llvm.call @gelu_16(%819) : (vector<16xf32>) -> vector<16xf32>
              %823 = llvm.getelementptr %171[%821] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %822, %823 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
          }
          scf.for %824 = %326 to %330 step %59 : i64 {
            %826 = arith.subi %180, %824 : i64
            %827 = llvm.getelementptr %169[%824] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %828 = arith.subi %824, %177 : i64
            %829:8 = scf.if %249 -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) {
              %839:8 = scf.for %830 = %255 to %260 step %4 iter_args(%831 = %280, %832 = %286, %833 = %292, %834 = %298, %835 = %304, %836 = %310, %837 = %316, %838 = %322) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %840 = llvm.getelementptr %26[%830] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %841 = llvm.load %840 {alignment = 2 : i64} : !llvm.ptr -> i16
                %842 = arith.extui %841 : i16 to i64
                %843 = arith.muli %830, %31 : i64
                %844 = llvm.getelementptr %22[%843] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %845 = arith.addi %843, %4 : i64
                %846 = llvm.getelementptr %22[%845] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %847 = arith.addi %843, %8 : i64
                %848 = llvm.getelementptr %22[%847] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %849 = arith.addi %843, %11 : i64
                %850 = llvm.getelementptr %22[%849] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %851 = arith.addi %843, %15 : i64
                %852 = llvm.getelementptr %22[%851] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %853 = arith.addi %843, %19 : i64
                %854 = llvm.getelementptr %22[%853] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %855 = arith.addi %843, %23 : i64
                %856 = llvm.getelementptr %22[%855] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %857 = arith.addi %843, %27 : i64
                %858 = llvm.getelementptr %22[%857] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %859 = llvm.load %844 {alignment = 4 : i64} : !llvm.ptr -> f32
                %860 = vector.broadcast %859 : f32 to vector<16xf32>
                %861 = llvm.load %846 {alignment = 4 : i64} : !llvm.ptr -> f32
                %862 = vector.broadcast %861 : f32 to vector<16xf32>
                %863 = llvm.load %848 {alignment = 4 : i64} : !llvm.ptr -> f32
                %864 = vector.broadcast %863 : f32 to vector<16xf32>
                %865 = llvm.load %850 {alignment = 4 : i64} : !llvm.ptr -> f32
                %866 = vector.broadcast %865 : f32 to vector<16xf32>
                %867 = llvm.load %852 {alignment = 4 : i64} : !llvm.ptr -> f32
                %868 = vector.broadcast %867 : f32 to vector<16xf32>
                %869 = llvm.load %854 {alignment = 4 : i64} : !llvm.ptr -> f32
                %870 = vector.broadcast %869 : f32 to vector<16xf32>
                %871 = llvm.load %856 {alignment = 4 : i64} : !llvm.ptr -> f32
                %872 = vector.broadcast %871 : f32 to vector<16xf32>
                %873 = llvm.load %858 {alignment = 4 : i64} : !llvm.ptr -> f32
                %874 = vector.broadcast %873 : f32 to vector<16xf32>
                %875 = arith.muli %842, %70 : i64
                %876 = llvm.getelementptr %827[%875] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %877 = llvm.load %876 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %878 = vector.fma %860, %877, %831 : vector<16xf32>
                %879 = vector.fma %862, %877, %832 : vector<16xf32>
                %880 = vector.fma %864, %877, %833 : vector<16xf32>
                %881 = vector.fma %866, %877, %834 : vector<16xf32>
                %882 = vector.fma %868, %877, %835 : vector<16xf32>
                %883 = vector.fma %870, %877, %836 : vector<16xf32>
                %884 = vector.fma %872, %877, %837 : vector<16xf32>
                %885 = vector.fma %874, %877, %838 : vector<16xf32>
                scf.yield %878, %879, %880, %881, %882, %883, %884, %885 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %839#0, %839#1, %839#2, %839#3, %839#4, %839#5, %839#6, %839#7 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            } else {
              %896:9 = scf.for %886 = %0 to %52 step %4 iter_args(%887 = %255, %888 = %280, %889 = %286, %890 = %292, %891 = %298, %892 = %304, %893 = %310, %894 = %316, %895 = %322) -> (i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %897 = arith.addi %260, %275 : i64
                %898 = arith.minsi %887, %897 : i64
                %899 = arith.maxsi %898, %0 : i64
                %900 = arith.cmpi slt, %887, %260 : i64
                %901 = llvm.getelementptr %26[%899] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %902 = llvm.load %901 {alignment = 2 : i64} : !llvm.ptr -> i16
                %903 = arith.extui %902 : i16 to i64
                %904 = arith.cmpi eq, %903, %886 : i64
                %905 = arith.andi %900, %904 : i1
                %906 = arith.muli %899, %31 : i64
                %907 = llvm.getelementptr %22[%906] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %908 = arith.addi %906, %4 : i64
                %909 = llvm.getelementptr %22[%908] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %910 = arith.addi %906, %8 : i64
                %911 = llvm.getelementptr %22[%910] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %912 = arith.addi %906, %11 : i64
                %913 = llvm.getelementptr %22[%912] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %914 = arith.addi %906, %15 : i64
                %915 = llvm.getelementptr %22[%914] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %916 = arith.addi %906, %19 : i64
                %917 = llvm.getelementptr %22[%916] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %918 = arith.addi %906, %23 : i64
                %919 = llvm.getelementptr %22[%918] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %920 = arith.addi %906, %27 : i64
                %921 = llvm.getelementptr %22[%920] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %922 = llvm.load %907 {alignment = 4 : i64} : !llvm.ptr -> f32
                %923 = vector.broadcast %922 : f32 to vector<16xf32>
                %924 = llvm.load %909 {alignment = 4 : i64} : !llvm.ptr -> f32
                %925 = vector.broadcast %924 : f32 to vector<16xf32>
                %926 = llvm.load %911 {alignment = 4 : i64} : !llvm.ptr -> f32
                %927 = vector.broadcast %926 : f32 to vector<16xf32>
                %928 = llvm.load %913 {alignment = 4 : i64} : !llvm.ptr -> f32
                %929 = vector.broadcast %928 : f32 to vector<16xf32>
                %930 = llvm.load %915 {alignment = 4 : i64} : !llvm.ptr -> f32
                %931 = vector.broadcast %930 : f32 to vector<16xf32>
                %932 = llvm.load %917 {alignment = 4 : i64} : !llvm.ptr -> f32
                %933 = vector.broadcast %932 : f32 to vector<16xf32>
                %934 = llvm.load %919 {alignment = 4 : i64} : !llvm.ptr -> f32
                %935 = vector.broadcast %934 : f32 to vector<16xf32>
                %936 = llvm.load %921 {alignment = 4 : i64} : !llvm.ptr -> f32
                %937 = vector.broadcast %936 : f32 to vector<16xf32>
                %938 = arith.select %905, %923, %181 : vector<16xf32>
                %939 = arith.select %905, %925, %181 : vector<16xf32>
                %940 = arith.select %905, %927, %181 : vector<16xf32>
                %941 = arith.select %905, %929, %181 : vector<16xf32>
                %942 = arith.select %905, %931, %181 : vector<16xf32>
                %943 = arith.select %905, %933, %181 : vector<16xf32>
                %944 = arith.select %905, %935, %181 : vector<16xf32>
                %945 = arith.select %905, %937, %181 : vector<16xf32>
                %946 = arith.extui %905 : i1 to i64
                %947 = arith.addi %887, %946 : i64
                %948 = arith.muli %886, %70 : i64
                %949 = llvm.getelementptr %827[%948] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %950 = llvm.load %949 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %951 = vector.fma %938, %950, %888 : vector<16xf32>
                %952 = vector.fma %939, %950, %889 : vector<16xf32>
                %953 = vector.fma %940, %950, %890 : vector<16xf32>
                %954 = vector.fma %941, %950, %891 : vector<16xf32>
                %955 = vector.fma %942, %950, %892 : vector<16xf32>
                %956 = vector.fma %943, %950, %893 : vector<16xf32>
                %957 = vector.fma %944, %950, %894 : vector<16xf32>
                %958 = vector.fma %945, %950, %895 : vector<16xf32>
                scf.yield %947, %951, %952, %953, %954, %955, %956, %957, %958 : i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %896#1, %896#2, %896#3, %896#4, %896#5, %896#6, %896#7, %896#8 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            }
            %959 = arith.muli %97, %58 : i64
            %960 = arith.addi %250, %959 : i64
            %961 = arith.muli %960, %8 : i64
            %962 = arith.addi %961, %4 : i64
            %963 = llvm.getelementptr %30[%962] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %964 = llvm.load %963 {alignment = 4 : i64} : !llvm.ptr -> i32
            %965 = arith.extsi %964 : i32 to i64
            %966 = arith.addi %960, %4 : i64
            %967 = arith.muli %966, %8 : i64
            %968 = arith.addi %967, %4 : i64
            %969 = llvm.getelementptr %30[%968] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %970 = llvm.load %969 {alignment = 4 : i64} : !llvm.ptr -> i32
            %971 = arith.extsi %970 : i32 to i64
            %972 = arith.subi %971, %965 : i64
            %973 = arith.muli %965, %82 : i64
            %974 = arith.addi %973, %824 : i64
            %975 = llvm.getelementptr %173[%974] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %976 = llvm.load %975 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %977 = arith.addf %829#0, %976 : vector<16xf32>
            %978 = arith.muli %965, %76 : i64
            %979 = arith.addi %978, %824 : i64
            %980 = llvm.call @gelu_16(%977) : (vector<16xf32>) -> vector<16xf32>
            %981 = llvm.getelementptr %171[%979] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %980, %981 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %982 = arith.cmpi sgt, %972, %4 : i64
            scf.if %982 {
              %983 = arith.addi %965, %4 : i64
              %984 = arith.muli %983, %82 : i64
              %985 = arith.addi %984, %824 : i64
              %986 = llvm.getelementptr %173[%985] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %987 = llvm.load %986 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %988 = arith.addf %829#1, %987 : vector<16xf32>
              %989 = arith.muli %983, %76 : i64
              %990 = arith.addi %989, %824 : i64
              %991 = llvm.call @gelu_16(%988) : (vector<16xf32>) -> vector<16xf32>
              %992 = llvm.getelementptr %171[%990] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %991, %992 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %993 = arith.cmpi sgt, %972, %8 : i64
            scf.if %993 {
              %994 = arith.addi %965, %8 : i64
              %995 = arith.muli %994, %82 : i64
              %996 = arith.addi %995, %824 : i64
              %997 = llvm.getelementptr %173[%996] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %998 = llvm.load %997 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %999 = arith.addf %829#2, %998 : vector<16xf32>
              %1000 = arith.muli %994, %76 : i64
              %1001 = arith.addi %1000, %824 : i64
              %1002 = llvm.call @gelu_16(%999) : (vector<16xf32>) -> vector<16xf32>
              %1003 = llvm.getelementptr %171[%1001] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %1002, %1003 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %1004 = arith.cmpi sgt, %972, %11 : i64
            scf.if %1004 {
              %1005 = arith.addi %965, %11 : i64
              %1006 = arith.muli %1005, %82 : i64
              %1007 = arith.addi %1006, %824 : i64
              %1008 = llvm.getelementptr %173[%1007] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1009 = llvm.load %1008 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %1010 = arith.addf %829#3, %1009 : vector<16xf32>
              %1011 = arith.muli %1005, %76 : i64
              %1012 = arith.addi %1011, %824 : i64
              %1013 = llvm.call @gelu_16(%1010) : (vector<16xf32>) -> vector<16xf32>
              %1014 = llvm.getelementptr %171[%1012] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %1013, %1014 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %1015 = arith.cmpi sgt, %972, %15 : i64
            scf.if %1015 {
              %1016 = arith.addi %965, %15 : i64
              %1017 = arith.muli %1016, %82 : i64
              %1018 = arith.addi %1017, %824 : i64
              %1019 = llvm.getelementptr %173[%1018] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1020 = llvm.load %1019 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %1021 = arith.addf %829#4, %1020 : vector<16xf32>
              %1022 = arith.muli %1016, %76 : i64
              %1023 = arith.addi %1022, %824 : i64
              %1024 = llvm.call @gelu_16(%1021) : (vector<16xf32>) -> vector<16xf32>
              %1025 = llvm.getelementptr %171[%1023] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %1024, %1025 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %1026 = arith.cmpi sgt, %972, %19 : i64
            scf.if %1026 {
              %1027 = arith.addi %965, %19 : i64
              %1028 = arith.muli %1027, %82 : i64
              %1029 = arith.addi %1028, %824 : i64
              %1030 = llvm.getelementptr %173[%1029] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1031 = llvm.load %1030 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %1032 = arith.addf %829#5, %1031 : vector<16xf32>
              %1033 = arith.muli %1027, %76 : i64
              %1034 = arith.addi %1033, %824 : i64
              %1035 = llvm.call @gelu_16(%1032) : (vector<16xf32>) -> vector<16xf32>
              %1036 = llvm.getelementptr %171[%1034] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %1035, %1036 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %1037 = arith.cmpi sgt, %972, %23 : i64
            scf.if %1037 {
              %1038 = arith.addi %965, %23 : i64
              %1039 = arith.muli %1038, %82 : i64
              %1040 = arith.addi %1039, %824 : i64
              %1041 = llvm.getelementptr %173[%1040] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1042 = llvm.load %1041 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %1043 = arith.addf %829#6, %1042 : vector<16xf32>
              %1044 = arith.muli %1038, %76 : i64
              %1045 = arith.addi %1044, %824 : i64
              %1046 = llvm.call @gelu_16(%1043) : (vector<16xf32>) -> vector<16xf32>
              %1047 = llvm.getelementptr %171[%1045] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %1046, %1047 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %1048 = arith.cmpi sgt, %972, %27 : i64
            scf.if %1048 {
              %1049 = arith.addi %965, %27 : i64
              %1050 = arith.muli %1049, %82 : i64
              %1051 = arith.addi %1050, %824 : i64
              %1052 = llvm.getelementptr %173[%1051] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1053 = llvm.load %1052 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %1054 = arith.addf %829#7, %1053 : vector<16xf32>
              %1055 = arith.muli %1049, %76 : i64
              %1056 = arith.addi %1055, %824 : i64
              %1057 = llvm.call @gelu_16(%1054) : (vector<16xf32>) -> vector<16xf32>
              %1058 = llvm.getelementptr %171[%1056] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %1057, %1058 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
          }
          scf.for %1059 = %334 to %180 step %59 : i64 {
            %1061 = arith.subi %180, %1059 : i64
            %1062 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi64>
            %1063 = vector.broadcast %1061 : i64 to vector<16xi64>
            %1064 = arith.cmpi slt, %1062, %1063 : vector<16xi64>
            %1065 = llvm.getelementptr %169[%1059] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %1066 = arith.subi %1059, %177 : i64
            %1067:8 = scf.if %249 -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) {
              %1077:8 = scf.for %1068 = %255 to %260 step %4 iter_args(%1069 = %280, %1070 = %286, %1071 = %292, %1072 = %298, %1073 = %304, %1074 = %310, %1075 = %316, %1076 = %322) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %1078 = llvm.getelementptr %26[%1068] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %1079 = llvm.load %1078 {alignment = 2 : i64} : !llvm.ptr -> i16
                %1080 = arith.extui %1079 : i16 to i64
                %1081 = arith.muli %1068, %31 : i64
                %1082 = llvm.getelementptr %22[%1081] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1083 = arith.addi %1081, %4 : i64
                %1084 = llvm.getelementptr %22[%1083] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1085 = arith.addi %1081, %8 : i64
                %1086 = llvm.getelementptr %22[%1085] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1087 = arith.addi %1081, %11 : i64
                %1088 = llvm.getelementptr %22[%1087] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1089 = arith.addi %1081, %15 : i64
                %1090 = llvm.getelementptr %22[%1089] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1091 = arith.addi %1081, %19 : i64
                %1092 = llvm.getelementptr %22[%1091] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1093 = arith.addi %1081, %23 : i64
                %1094 = llvm.getelementptr %22[%1093] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1095 = arith.addi %1081, %27 : i64
                %1096 = llvm.getelementptr %22[%1095] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1097 = llvm.load %1082 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1098 = vector.broadcast %1097 : f32 to vector<16xf32>
                %1099 = llvm.load %1084 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1100 = vector.broadcast %1099 : f32 to vector<16xf32>
                %1101 = llvm.load %1086 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1102 = vector.broadcast %1101 : f32 to vector<16xf32>
                %1103 = llvm.load %1088 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1104 = vector.broadcast %1103 : f32 to vector<16xf32>
                %1105 = llvm.load %1090 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1106 = vector.broadcast %1105 : f32 to vector<16xf32>
                %1107 = llvm.load %1092 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1108 = vector.broadcast %1107 : f32 to vector<16xf32>
                %1109 = llvm.load %1094 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1110 = vector.broadcast %1109 : f32 to vector<16xf32>
                %1111 = llvm.load %1096 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1112 = vector.broadcast %1111 : f32 to vector<16xf32>
                %1113 = arith.muli %1080, %70 : i64
                %1114 = llvm.getelementptr %1065[%1113] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1115 = llvm.intr.masked.load %1114, %1064, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %1116 = vector.fma %1098, %1115, %1069 : vector<16xf32>
                %1117 = vector.fma %1100, %1115, %1070 : vector<16xf32>
                %1118 = vector.fma %1102, %1115, %1071 : vector<16xf32>
                %1119 = vector.fma %1104, %1115, %1072 : vector<16xf32>
                %1120 = vector.fma %1106, %1115, %1073 : vector<16xf32>
                %1121 = vector.fma %1108, %1115, %1074 : vector<16xf32>
                %1122 = vector.fma %1110, %1115, %1075 : vector<16xf32>
                %1123 = vector.fma %1112, %1115, %1076 : vector<16xf32>
                scf.yield %1116, %1117, %1118, %1119, %1120, %1121, %1122, %1123 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %1077#0, %1077#1, %1077#2, %1077#3, %1077#4, %1077#5, %1077#6, %1077#7 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            } else {
              %1134:9 = scf.for %1124 = %0 to %52 step %4 iter_args(%1125 = %255, %1126 = %280, %1127 = %286, %1128 = %292, %1129 = %298, %1130 = %304, %1131 = %310, %1132 = %316, %1133 = %322) -> (i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %1135 = arith.addi %260, %275 : i64
                %1136 = arith.minsi %1125, %1135 : i64
                %1137 = arith.maxsi %1136, %0 : i64
                %1138 = arith.cmpi slt, %1125, %260 : i64
                %1139 = llvm.getelementptr %26[%1137] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %1140 = llvm.load %1139 {alignment = 2 : i64} : !llvm.ptr -> i16
                %1141 = arith.extui %1140 : i16 to i64
                %1142 = arith.cmpi eq, %1141, %1124 : i64
                %1143 = arith.andi %1138, %1142 : i1
                %1144 = arith.muli %1137, %31 : i64
                %1145 = llvm.getelementptr %22[%1144] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1146 = arith.addi %1144, %4 : i64
                %1147 = llvm.getelementptr %22[%1146] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1148 = arith.addi %1144, %8 : i64
                %1149 = llvm.getelementptr %22[%1148] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1150 = arith.addi %1144, %11 : i64
                %1151 = llvm.getelementptr %22[%1150] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1152 = arith.addi %1144, %15 : i64
                %1153 = llvm.getelementptr %22[%1152] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1154 = arith.addi %1144, %19 : i64
                %1155 = llvm.getelementptr %22[%1154] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1156 = arith.addi %1144, %23 : i64
                %1157 = llvm.getelementptr %22[%1156] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1158 = arith.addi %1144, %27 : i64
                %1159 = llvm.getelementptr %22[%1158] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1160 = llvm.load %1145 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1161 = vector.broadcast %1160 : f32 to vector<16xf32>
                %1162 = llvm.load %1147 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1163 = vector.broadcast %1162 : f32 to vector<16xf32>
                %1164 = llvm.load %1149 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1165 = vector.broadcast %1164 : f32 to vector<16xf32>
                %1166 = llvm.load %1151 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1167 = vector.broadcast %1166 : f32 to vector<16xf32>
                %1168 = llvm.load %1153 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1169 = vector.broadcast %1168 : f32 to vector<16xf32>
                %1170 = llvm.load %1155 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1171 = vector.broadcast %1170 : f32 to vector<16xf32>
                %1172 = llvm.load %1157 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1173 = vector.broadcast %1172 : f32 to vector<16xf32>
                %1174 = llvm.load %1159 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1175 = vector.broadcast %1174 : f32 to vector<16xf32>
                %1176 = arith.select %1143, %1161, %181 : vector<16xf32>
                %1177 = arith.select %1143, %1163, %181 : vector<16xf32>
                %1178 = arith.select %1143, %1165, %181 : vector<16xf32>
                %1179 = arith.select %1143, %1167, %181 : vector<16xf32>
                %1180 = arith.select %1143, %1169, %181 : vector<16xf32>
                %1181 = arith.select %1143, %1171, %181 : vector<16xf32>
                %1182 = arith.select %1143, %1173, %181 : vector<16xf32>
                %1183 = arith.select %1143, %1175, %181 : vector<16xf32>
                %1184 = arith.extui %1143 : i1 to i64
                %1185 = arith.addi %1125, %1184 : i64
                %1186 = arith.muli %1124, %70 : i64
                %1187 = llvm.getelementptr %1065[%1186] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1188 = llvm.intr.masked.load %1187, %1064, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %1189 = vector.fma %1176, %1188, %1126 : vector<16xf32>
                %1190 = vector.fma %1177, %1188, %1127 : vector<16xf32>
                %1191 = vector.fma %1178, %1188, %1128 : vector<16xf32>
                %1192 = vector.fma %1179, %1188, %1129 : vector<16xf32>
                %1193 = vector.fma %1180, %1188, %1130 : vector<16xf32>
                %1194 = vector.fma %1181, %1188, %1131 : vector<16xf32>
                %1195 = vector.fma %1182, %1188, %1132 : vector<16xf32>
                %1196 = vector.fma %1183, %1188, %1133 : vector<16xf32>
                scf.yield %1185, %1189, %1190, %1191, %1192, %1193, %1194, %1195, %1196 : i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %1134#1, %1134#2, %1134#3, %1134#4, %1134#5, %1134#6, %1134#7, %1134#8 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            }
            %1197 = arith.muli %97, %58 : i64
            %1198 = arith.addi %250, %1197 : i64
            %1199 = arith.muli %1198, %8 : i64
            %1200 = arith.addi %1199, %4 : i64
            %1201 = llvm.getelementptr %30[%1200] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %1202 = llvm.load %1201 {alignment = 4 : i64} : !llvm.ptr -> i32
            %1203 = arith.extsi %1202 : i32 to i64
            %1204 = arith.addi %1198, %4 : i64
            %1205 = arith.muli %1204, %8 : i64
            %1206 = arith.addi %1205, %4 : i64
            %1207 = llvm.getelementptr %30[%1206] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %1208 = llvm.load %1207 {alignment = 4 : i64} : !llvm.ptr -> i32
            %1209 = arith.extsi %1208 : i32 to i64
            %1210 = arith.subi %1209, %1203 : i64
            %1211 = arith.muli %1203, %82 : i64
            %1212 = arith.addi %1211, %1059 : i64
            %1213 = llvm.getelementptr %173[%1212] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %1214 = llvm.intr.masked.load %1213, %1064, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
            %1215 = arith.addf %1067#0, %1214 : vector<16xf32>
            %1216 = arith.muli %1203, %76 : i64
            %1217 = arith.addi %1216, %1059 : i64
            %1218 = llvm.call @gelu_16(%1215) : (vector<16xf32>) -> vector<16xf32>
            %1219 = llvm.getelementptr %171[%1217] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.intr.masked.store %1218, %1219, %1064 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            %1220 = arith.cmpi sgt, %1210, %4 : i64
            scf.if %1220 {
              %1221 = arith.addi %1203, %4 : i64
              %1222 = arith.muli %1221, %82 : i64
              %1223 = arith.addi %1222, %1059 : i64
              %1224 = llvm.getelementptr %173[%1223] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1225 = llvm.intr.masked.load %1224, %1064, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1226 = arith.addf %1067#1, %1225 : vector<16xf32>
              %1227 = arith.muli %1221, %76 : i64
              %1228 = arith.addi %1227, %1059 : i64
              %1229 = llvm.call @gelu_16(%1226) : (vector<16xf32>) -> vector<16xf32>
              %1230 = llvm.getelementptr %171[%1228] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1229, %1230, %1064 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1231 = arith.cmpi sgt, %1210, %8 : i64
            scf.if %1231 {
              %1232 = arith.addi %1203, %8 : i64
              %1233 = arith.muli %1232, %82 : i64
              %1234 = arith.addi %1233, %1059 : i64
              %1235 = llvm.getelementptr %173[%1234] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1236 = llvm.intr.masked.load %1235, %1064, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1237 = arith.addf %1067#2, %1236 : vector<16xf32>
              %1238 = arith.muli %1232, %76 : i64
              %1239 = arith.addi %1238, %1059 : i64
              %1240 = llvm.call @gelu_16(%1237) : (vector<16xf32>) -> vector<16xf32>
              %1241 = llvm.getelementptr %171[%1239] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1240, %1241, %1064 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1242 = arith.cmpi sgt, %1210, %11 : i64
            scf.if %1242 {
              %1243 = arith.addi %1203, %11 : i64
              %1244 = arith.muli %1243, %82 : i64
              %1245 = arith.addi %1244, %1059 : i64
              %1246 = llvm.getelementptr %173[%1245] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1247 = llvm.intr.masked.load %1246, %1064, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1248 = arith.addf %1067#3, %1247 : vector<16xf32>
              %1249 = arith.muli %1243, %76 : i64
              %1250 = arith.addi %1249, %1059 : i64
              %1251 = llvm.call @gelu_16(%1248) : (vector<16xf32>) -> vector<16xf32>
              %1252 = llvm.getelementptr %171[%1250] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1251, %1252, %1064 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1253 = arith.cmpi sgt, %1210, %15 : i64
            scf.if %1253 {
              %1254 = arith.addi %1203, %15 : i64
              %1255 = arith.muli %1254, %82 : i64
              %1256 = arith.addi %1255, %1059 : i64
              %1257 = llvm.getelementptr %173[%1256] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1258 = llvm.intr.masked.load %1257, %1064, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1259 = arith.addf %1067#4, %1258 : vector<16xf32>
              %1260 = arith.muli %1254, %76 : i64
              %1261 = arith.addi %1260, %1059 : i64
              %1262 = llvm.call @gelu_16(%1259) : (vector<16xf32>) -> vector<16xf32>
              %1263 = llvm.getelementptr %171[%1261] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1262, %1263, %1064 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1264 = arith.cmpi sgt, %1210, %19 : i64
            scf.if %1264 {
              %1265 = arith.addi %1203, %19 : i64
              %1266 = arith.muli %1265, %82 : i64
              %1267 = arith.addi %1266, %1059 : i64
              %1268 = llvm.getelementptr %173[%1267] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1269 = llvm.intr.masked.load %1268, %1064, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1270 = arith.addf %1067#5, %1269 : vector<16xf32>
              %1271 = arith.muli %1265, %76 : i64
              %1272 = arith.addi %1271, %1059 : i64
              %1273 = llvm.call @gelu_16(%1270) : (vector<16xf32>) -> vector<16xf32>
              %1274 = llvm.getelementptr %171[%1272] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1273, %1274, %1064 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1275 = arith.cmpi sgt, %1210, %23 : i64
            scf.if %1275 {
              %1276 = arith.addi %1203, %23 : i64
              %1277 = arith.muli %1276, %82 : i64
              %1278 = arith.addi %1277, %1059 : i64
              %1279 = llvm.getelementptr %173[%1278] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1280 = llvm.intr.masked.load %1279, %1064, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1281 = arith.addf %1067#6, %1280 : vector<16xf32>
              %1282 = arith.muli %1276, %76 : i64
              %1283 = arith.addi %1282, %1059 : i64
              %1284 = llvm.call @gelu_16(%1281) : (vector<16xf32>) -> vector<16xf32>
              %1285 = llvm.getelementptr %171[%1283] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1284, %1285, %1064 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1286 = arith.cmpi sgt, %1210, %27 : i64
            scf.if %1286 {
              %1287 = arith.addi %1203, %27 : i64
              %1288 = arith.muli %1287, %82 : i64
              %1289 = arith.addi %1288, %1059 : i64
              %1290 = llvm.getelementptr %173[%1289] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1291 = llvm.intr.masked.load %1290, %1064, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1292 = arith.addf %1067#7, %1291 : vector<16xf32>
              %1293 = arith.muli %1287, %76 : i64
              %1294 = arith.addi %1293, %1059 : i64
              %1295 = llvm.call @gelu_16(%1292) : (vector<16xf32>) -> vector<16xf32>
              %1296 = llvm.getelementptr %171[%1294] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1295, %1296, %1064 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
          }
        }
      }
    }
    llvm.return
  }
  llvm.func @vblock_8x1_f32_i16_features_features_bias_residual_gelu_team(%arg0: !llvm.ptr) {
    %1297 = arith.constant 0 : i64
    %1298 = llvm.getelementptr %arg0[%1297] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %1299 = llvm.load %1298 {alignment = 8 : i64} : !llvm.ptr -> i64
    %1300 = llvm.inttoptr %1299 : i64 to !llvm.ptr
    %1301 = arith.constant 1 : i64
    %1302 = llvm.getelementptr %arg0[%1301] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %1303 = llvm.load %1302 {alignment = 8 : i64} : !llvm.ptr -> i64
    %1304 = llvm.inttoptr %1303 : i64 to !llvm.ptr
    %1305 = arith.constant 2 : i64
    %1306 = llvm.getelementptr %arg0[%1305] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %1307 = llvm.load %1306 {alignment = 8 : i64} : !llvm.ptr -> i64
    %1308 = llvm.call %1300() : !llvm.ptr, () -> i32
    %1309 = arith.extsi %1308 : i32 to i64
    %1310 = llvm.call %1304() : !llvm.ptr, () -> i32
    %1311 = arith.extsi %1310 : i32 to i64
    scf.for %1312 = %1309 to %1307 step %1311 : i64 {
      llvm.call @vblock_8x1_f32_i16_features_features_bias_residual_gelu(%arg0, %1312) : (!llvm.ptr, i64) -> ()
    }
    llvm.return
  }
  llvm.func @vblock_8x1_f32_i16_features_features_bias_residual_gelu_entries(%arg0: !llvm.ptr) {
    %1314 = llvm.mlir.addressof @vblock_8x1_f32_i16_features_features_bias_residual_gelu : !llvm.ptr
    %1315 = arith.constant 0 : i64
    %1316 = llvm.getelementptr %arg0[%1315] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %1314, %1316 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %1317 = llvm.mlir.addressof @vblock_8x1_f32_i16_features_features_bias_residual_gelu_team : !llvm.ptr
    %1318 = arith.constant 1 : i64
    %1319 = llvm.getelementptr %arg0[%1318] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %1317, %1319 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
  llvm.func internal @gelu_16(%arg0: vector<16xf32>) -> vector<16xf32> attributes {no_inline} {
    %1320 = arith.constant dense<5.000000000e-01> : vector<16xf32>
    %1321 = arith.mulf %arg0, %1320 : vector<16xf32>
    %1322 = arith.constant dense<7.071067812e-01> : vector<16xf32>
    %1323 = arith.mulf %arg0, %1322 : vector<16xf32>
    %1324 = math.absf %1323 : vector<16xf32>
    %1325 = arith.constant dense<1.000000000e+00> : vector<16xf32>
    %1326 = arith.constant dense<3.275911000e-01> : vector<16xf32>
    %1327 = vector.fma %1324, %1326, %1325 : vector<16xf32>
    %1328 = arith.divf %1325, %1327 : vector<16xf32>
    %1329 = arith.constant dense<1.061405429e+00> : vector<16xf32>
    %1330 = arith.constant dense<-1.453152027e+00> : vector<16xf32>
    %1331 = vector.fma %1329, %1328, %1330 : vector<16xf32>
    %1332 = arith.constant dense<1.421413741e+00> : vector<16xf32>
    %1333 = vector.fma %1331, %1328, %1332 : vector<16xf32>
    %1334 = arith.constant dense<-2.844967360e-01> : vector<16xf32>
    %1335 = vector.fma %1333, %1328, %1334 : vector<16xf32>
    %1336 = arith.constant dense<2.548295920e-01> : vector<16xf32>
    %1337 = vector.fma %1335, %1328, %1336 : vector<16xf32>
    %1338 = arith.mulf %1337, %1328 : vector<16xf32>
    %1339 = arith.constant dense<0.000000000e+00> : vector<16xf32>
    %1340 = arith.mulf %1324, %1324 : vector<16xf32>
    %1341 = arith.subf %1339, %1340 : vector<16xf32>
    %1342 = arith.constant dense<8.837626266e+01> : vector<16xf32>
    %1343 = arith.minimumf %1341, %1342 : vector<16xf32>
    %1344 = arith.constant dense<-8.733654475e+01> : vector<16xf32>
    %1345 = arith.maximumf %1343, %1344 : vector<16xf32>
    %1346 = arith.constant dense<1.258291200e+07> : vector<16xf32>
    %1347 = arith.constant dense<1.442695041e+00> : vector<16xf32>
    %1348 = vector.fma %1345, %1347, %1346 : vector<16xf32>
    %1349 = arith.subf %1348, %1346 : vector<16xf32>
    %1350 = arith.constant dense<-6.931457520e-01> : vector<16xf32>
    %1351 = vector.fma %1349, %1350, %1345 : vector<16xf32>
    %1352 = arith.constant dense<-1.428606765e-06> : vector<16xf32>
    %1353 = vector.fma %1349, %1352, %1351 : vector<16xf32>
    %1354 = arith.constant dense<1.984126984e-04> : vector<16xf32>
    %1355 = arith.constant dense<1.388888889e-03> : vector<16xf32>
    %1356 = vector.fma %1354, %1353, %1355 : vector<16xf32>
    %1357 = arith.constant dense<8.333333333e-03> : vector<16xf32>
    %1358 = vector.fma %1356, %1353, %1357 : vector<16xf32>
    %1359 = arith.constant dense<4.166666667e-02> : vector<16xf32>
    %1360 = vector.fma %1358, %1353, %1359 : vector<16xf32>
    %1361 = arith.constant dense<1.666666667e-01> : vector<16xf32>
    %1362 = vector.fma %1360, %1353, %1361 : vector<16xf32>
    %1363 = vector.fma %1362, %1353, %1320 : vector<16xf32>
    %1364 = vector.fma %1363, %1353, %1325 : vector<16xf32>
    %1365 = vector.fma %1364, %1353, %1325 : vector<16xf32>
    %1366 = arith.bitcast %1348 : vector<16xf32> to vector<16xi32>
    %1367 = arith.constant dense<23> : vector<16xi32>
    %1368 = arith.shli %1366, %1367 : vector<16xi32>
    %1369 = arith.bitcast %1365 : vector<16xf32> to vector<16xi32>
    %1370 = arith.addi %1369, %1368 : vector<16xi32>
    %1371 = arith.bitcast %1370 : vector<16xi32> to vector<16xf32>
    %1372 = vector.fma %1353, %1339, %1371 : vector<16xf32>
    %1373 = arith.constant dense<8.872280000e+01> : vector<16xf32>
    %1374 = arith.cmpf ogt, %1341, %1373 : vector<16xf32>
    %1375 = arith.constant dense<0x7F800000> : vector<16xf32>
    %1376 = arith.select %1374, %1375, %1372 : vector<16xi1>, vector<16xf32>
    %1377 = arith.mulf %1338, %1376 : vector<16xf32>
    %1378 = arith.subf %1325, %1377 : vector<16xf32>
    %1379 = math.copysign %1378, %1323 : vector<16xf32>
    %1380 = vector.fma %1321, %1379, %1321 : vector<16xf32>
    llvm.return %1380 : vector<16xf32>
  }
}
