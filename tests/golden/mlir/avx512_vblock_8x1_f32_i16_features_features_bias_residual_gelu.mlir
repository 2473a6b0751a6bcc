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
    %42 = arith.constant 11 : i64
    %43 = llvm.getelementptr %arg0[%42] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %44 = llvm.load %43 {alignment = 8 : i64} : !llvm.ptr -> i64
    %45 = arith.constant 12 : i64
    %46 = llvm.getelementptr %arg0[%45] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %47 = llvm.load %46 {alignment = 8 : i64} : !llvm.ptr -> i64
    %48 = arith.constant 13 : i64
    %49 = llvm.getelementptr %arg0[%48] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %50 = llvm.load %49 {alignment = 8 : i64} : !llvm.ptr -> i64
    %51 = arith.constant 14 : i64
    %52 = llvm.getelementptr %arg0[%51] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %53 = llvm.load %52 {alignment = 8 : i64} : !llvm.ptr -> i64
    %54 = arith.constant 15 : i64
    %55 = llvm.getelementptr %arg0[%54] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %56 = llvm.load %55 {alignment = 8 : i64} : !llvm.ptr -> i64
    %57 = arith.constant 16 : i64
    %58 = llvm.getelementptr %arg0[%57] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %59 = llvm.load %58 {alignment = 8 : i64} : !llvm.ptr -> i64
    %60 = arith.constant 17 : i64
    %61 = llvm.getelementptr %arg0[%60] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %62 = llvm.load %61 {alignment = 8 : i64} : !llvm.ptr -> i64
    %63 = arith.constant 18 : i64
    %64 = llvm.getelementptr %arg0[%63] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %65 = llvm.load %64 {alignment = 8 : i64} : !llvm.ptr -> i64
    %66 = arith.constant 19 : i64
    %67 = llvm.getelementptr %arg0[%66] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %68 = llvm.load %67 {alignment = 8 : i64} : !llvm.ptr -> i64
    %69 = arith.constant 20 : i64
    %70 = llvm.getelementptr %arg0[%69] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %71 = llvm.load %70 {alignment = 8 : i64} : !llvm.ptr -> i64
    %72 = arith.constant 21 : i64
    %73 = llvm.getelementptr %arg0[%72] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %74 = llvm.load %73 {alignment = 8 : i64} : !llvm.ptr -> i64
    %75 = arith.constant 22 : i64
    %76 = llvm.getelementptr %arg0[%75] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %77 = llvm.load %76 {alignment = 8 : i64} : !llvm.ptr -> i64
    %78 = arith.constant 23 : i64
    %79 = llvm.getelementptr %arg0[%78] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %80 = llvm.load %79 {alignment = 8 : i64} : !llvm.ptr -> i64
    %81 = llvm.inttoptr %80 : i64 to !llvm.ptr
    %82 = arith.constant 24 : i64
    %83 = llvm.getelementptr %arg0[%82] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %84 = llvm.load %83 {alignment = 8 : i64} : !llvm.ptr -> i64
    %85 = llvm.inttoptr %84 : i64 to !llvm.ptr
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
    %101 = arith.remui %arg1, %56 : i64
    %102 = arith.divui %arg1, %56 : i64
    %103 = arith.divui %10, %56 : i64
    %104 = arith.muli %50, %8 : i64
    %105 = llvm.getelementptr %26[%104] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    %106 = llvm.load %105 {alignment = 4 : i64} : !llvm.ptr -> i32
    %107 = arith.extsi %106 : i32 to i64
    %108 = arith.muli %50, %15 : i64
    %109 = arith.addi %107, %108 : i64
    %110 = arith.muli %109, %101 : i64
    %111 = arith.divui %110, %56 : i64
    %112 = arith.constant 32 : i64
    %116:2 = scf.for %113 = %0 to %112 step %4 iter_args(%114 = %0, %115 = %50) -> (i64, i64) : i64 {
      %117 = arith.addi %114, %115 : i64
      %118 = arith.divui %117, %8 : i64
      %119 = arith.muli %118, %8 : i64
      %120 = llvm.getelementptr %26[%119] : (!llvm.ptr, i64) -> !llvm.ptr, i32
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
    %130 = arith.muli %50, %8 : i64
    %131 = llvm.getelementptr %26[%130] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    %132 = llvm.load %131 {alignment = 4 : i64} : !llvm.ptr -> i32
    %133 = arith.extsi %132 : i32 to i64
    %134 = arith.muli %50, %15 : i64
    %135 = arith.addi %133, %134 : i64
    %136 = arith.muli %135, %129 : i64
    %137 = arith.divui %136, %56 : i64
    %141:2 = scf.for %138 = %0 to %112 step %4 iter_args(%139 = %0, %140 = %50) -> (i64, i64) : i64 {
      %142 = arith.addi %139, %140 : i64
      %143 = arith.divui %142, %8 : i64
      %144 = arith.muli %143, %8 : i64
      %145 = llvm.getelementptr %26[%144] : (!llvm.ptr, i64) -> !llvm.ptr, i32
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
    %155 = arith.ceildivsi %41, %154 : i64
    %156 = arith.muli %155, %102 : i64
    %157 = arith.divui %156, %103 : i64
    %158 = arith.muli %157, %154 : i64
    %159 = arith.minsi %158, %41 : i64
    %160 = arith.addi %102, %4 : i64
    %161 = arith.ceildivsi %41, %154 : i64
    %162 = arith.muli %161, %160 : i64
    %163 = arith.divui %162, %103 : i64
    %164 = arith.muli %163, %154 : i64
    %165 = arith.minsi %164, %41 : i64
    scf.for %166 = %0 to %53 step %4 : i64 {
      %168 = arith.muli %166, %65 : i64
      %169 = llvm.getelementptr %14[%168] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %170 = arith.muli %166, %71 : i64
      %171 = llvm.getelementptr %38[%170] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %172 = arith.muli %166, %77 : i64
      %173 = llvm.getelementptr %34[%172] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %174 = arith.muli %88, %31 : i64
      %175 = arith.muli %arg1, %174 : i64
      %176 = llvm.getelementptr %85[%175] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      scf.for %177 = %159 to %165 step %59 : i64 {
        %179 = arith.addi %177, %59 : i64
        %180 = arith.minsi %179, %165 : i64
        %181 = arith.constant dense<0.000000000e+00> : vector<16xf32>
        %182 = arith.subi %180, %177 : i64
        %183 = arith.divui %182, %154 : i64
        %184 = arith.muli %183, %154 : i64
        %185 = arith.addi %177, %184 : i64
        %186 = arith.subi %180, %177 : i64
        %187 = arith.divui %186, %57 : i64
        %188 = arith.muli %187, %57 : i64
        %189 = arith.addi %177, %188 : i64
        %190 = arith.subi %180, %177 : i64
        %191 = arith.divui %190, %57 : i64
        %192 = arith.muli %191, %57 : i64
        %193 = arith.addi %177, %192 : i64
        %196 = scf.for %194 = %177 to %185 step %154 iter_args(%195 = %181) -> (vector<16xf32>) : i64 {
          %197 = llvm.getelementptr %169[%194] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %198 = arith.addi %194, %57 : i64
          %199 = llvm.getelementptr %169[%198] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %200 = arith.addi %194, %112 : i64
          %201 = llvm.getelementptr %169[%200] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %206:3 = scf.for %202 = %0 to %44 step %4 iter_args(%203 = %195, %204 = %181, %205 = %181) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
            %207 = arith.muli %202, %62 : i64
            %208 = llvm.getelementptr %197[%207] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %209 = llvm.load %208 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %210 = arith.muli %202, %62 : i64
            %211 = llvm.getelementptr %199[%210] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %212 = llvm.load %211 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %213 = arith.muli %202, %62 : i64
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
        %223 = scf.for %221 = %185 to %189 step %57 iter_args(%222 = %196) -> (vector<16xf32>) : i64 {
          %224 = llvm.getelementptr %169[%221] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %227 = scf.for %225 = %0 to %44 step %4 iter_args(%226 = %222) -> (vector<16xf32>) : i64 {
            %228 = arith.muli %225, %62 : i64
            %229 = llvm.getelementptr %224[%228] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %230 = llvm.load %229 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %231 = vector.fma %230, %181, %226 : vector<16xf32>
            scf.yield %231 : vector<16xf32>
          }
          scf.yield %227 : vector<16xf32>
        }
        %234 = scf.for %232 = %193 to %180 step %57 iter_args(%233 = %223) -> (vector<16xf32>) : i64 {
          %235 = arith.subi %180, %232 : i64
          %236 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi64>
          %237 = vector.broadcast %235 : i64 to vector<16xi64>
          %238 = arith.cmpi slt, %236, %237 : vector<16xi64>
          %239 = llvm.getelementptr %169[%232] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %242 = scf.for %240 = %0 to %44 step %4 iter_args(%241 = %233) -> (vector<16xf32>) : i64 {
            %243 = arith.muli %240, %62 : i64
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
          %253 = llvm.getelementptr %26[%252] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %254 = llvm.load %253 {alignment = 4 : i64} : !llvm.ptr -> i32
          %255 = arith.extsi %254 : i32 to i64
          %256 = arith.addi %250, %4 : i64
          %257 = arith.muli %256, %8 : i64
          %258 = llvm.getelementptr %26[%257] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %259 = llvm.load %258 {alignment = 4 : i64} : !llvm.ptr -> i32
          %260 = arith.extsi %259 : i32 to i64
          %261 = arith.muli %97, %50 : i64
          %262 = arith.addi %250, %261 : i64
          %263 = arith.muli %262, %8 : i64
          %264 = arith.addi %263, %4 : i64
          %265 = llvm.getelementptr %26[%264] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %266 = llvm.load %265 {alignment = 4 : i64} : !llvm.ptr -> i32
          %267 = arith.extsi %266 : i32 to i64
          %268 = arith.addi %262, %4 : i64
          %269 = arith.muli %268, %8 : i64
          %270 = arith.addi %269, %4 : i64
          %271 = llvm.getelementptr %26[%270] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %272 = llvm.load %271 {alignment = 4 : i64} : !llvm.ptr -> i32
          %273 = arith.extsi %272 : i32 to i64
          %274 = arith.subi %273, %267 : i64
          %275 = arith.constant -1 : i64
          %276 = arith.addi %47, %275 : i64
          %277 = arith.minsi %267, %276 : i64
          %278 = llvm.getelementptr %30[%277] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %279 = llvm.load %278 {alignment = 4 : i64} : !llvm.ptr -> f32
          %280 = vector.broadcast %279 : f32 to vector<16xf32>
          %281 = arith.addi %267, %4 : i64
          %282 = arith.addi %47, %275 : i64
          %283 = arith.minsi %281, %282 : i64
          %284 = llvm.getelementptr %30[%283] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %285 = llvm.load %284 {alignment = 4 : i64} : !llvm.ptr -> f32
          %286 = vector.broadcast %285 : f32 to vector<16xf32>
          %287 = arith.addi %267, %8 : i64
          %288 = arith.addi %47, %275 : i64
          %289 = arith.minsi %287, %288 : i64
          %290 = llvm.getelementptr %30[%289] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %291 = llvm.load %290 {alignment = 4 : i64} : !llvm.ptr -> f32
          %292 = vector.broadcast %291 : f32 to vector<16xf32>
          %293 = arith.addi %267, %11 : i64
          %294 = arith.addi %47, %275 : i64
          %295 = arith.minsi %293, %294 : i64
          %296 = llvm.getelementptr %30[%295] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %297 = llvm.load %296 {alignment = 4 : i64} : !llvm.ptr -> f32
          %298 = vector.broadcast %297 : f32 to vector<16xf32>
          %299 = arith.addi %267, %15 : i64
          %300 = arith.addi %47, %275 : i64
          %301 = arith.minsi %299, %300 : i64
          %302 = llvm.getelementptr %30[%301] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %303 = llvm.load %302 {alignment = 4 : i64} : !llvm.ptr -> f32
          %304 = vector.broadcast %303 : f32 to vector<16xf32>
          %305 = arith.addi %267, %19 : i64
          %306 = arith.addi %47, %275 : i64
          %307 = arith.minsi %305, %306 : i64
          %308 = llvm.getelementptr %30[%307] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %309 = llvm.load %308 {alignment = 4 : i64} : !llvm.ptr -> f32
          %310 = vector.broadcast %309 : f32 to vector<16xf32>
          %311 = arith.addi %267, %23 : i64
          %312 = arith.addi %47, %275 : i64
          %313 = arith.minsi %311, %312 : i64
          %314 = llvm.getelementptr %30[%313] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %315 = llvm.load %314 {alignment = 4 : i64} : !llvm.ptr -> f32
          %316 = vector.broadcast %315 : f32 to vector<16xf32>
          %317 = arith.addi %267, %27 : i64
          %318 = arith.addi %47, %275 : i64
          %319 = arith.minsi %317, %318 : i64
          %320 = llvm.getelementptr %30[%319] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %321 = llvm.load %320 {alignment = 4 : i64} : !llvm.ptr -> f32
          %322 = vector.broadcast %321 : f32 to vector<16xf32>
          %323 = arith.subi %180, %177 : i64
          %324 = arith.divui %323, %154 : i64
          %325 = arith.muli %324, %154 : i64
          %326 = arith.addi %177, %325 : i64
          %327 = arith.subi %180, %177 : i64
          %328 = arith.divui %327, %57 : i64
          %329 = arith.muli %328, %57 : i64
          %330 = arith.addi %177, %329 : i64
          %331 = arith.subi %180, %177 : i64
          %332 = arith.divui %331, %57 : i64
          %333 = arith.muli %332, %57 : i64
          %334 = arith.addi %177, %333 : i64
          scf.for %335 = %177 to %326 step %154 : i64 {
            %337 = arith.subi %180, %335 : i64
            %338 = llvm.getelementptr %169[%335] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %339 = arith.addi %335, %57 : i64
            %340 = llvm.getelementptr %169[%339] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %341 = arith.addi %335, %112 : i64
            %342 = llvm.getelementptr %169[%341] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %343 = arith.subi %335, %177 : i64
            %344:24 = scf.if %249 -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) {
              %370:24 = scf.for %345 = %255 to %260 step %4 iter_args(%346 = %280, %347 = %280, %348 = %280, %349 = %286, %350 = %286, %351 = %286, %352 = %292, %353 = %292, %354 = %292, %355 = %298, %356 = %298, %357 = %298, %358 = %304, %359 = %304, %360 = %304, %361 = %310, %362 = %310, %363 = %310, %364 = %316, %365 = %316, %366 = %316, %367 = %322, %368 = %322, %369 = %322) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %371 = llvm.getelementptr %22[%345] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %372 = llvm.load %371 {alignment = 2 : i64} : !llvm.ptr -> i16
                %373 = arith.extui %372 : i16 to i64
                %374 = arith.muli %345, %31 : i64
                %375 = llvm.getelementptr %18[%374] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %376 = arith.addi %374, %4 : i64
                %377 = llvm.getelementptr %18[%376] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %378 = arith.addi %374, %8 : i64
                %379 = llvm.getelementptr %18[%378] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %380 = arith.addi %374, %11 : i64
                %381 = llvm.getelementptr %18[%380] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %382 = arith.addi %374, %15 : i64
                %383 = llvm.getelementptr %18[%382] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %384 = arith.addi %374, %19 : i64
                %385 = llvm.getelementptr %18[%384] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %386 = arith.addi %374, %23 : i64
                %387 = llvm.getelementptr %18[%386] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %388 = arith.addi %374, %27 : i64
                %389 = llvm.getelementptr %18[%388] : (!llvm.ptr, i64) -> !llvm.ptr, f32
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
                %406 = arith.muli %373, %62 : i64
                %407 = llvm.getelementptr %338[%406] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %408 = llvm.load %407 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %409 = arith.muli %373, %62 : i64
                %410 = llvm.getelementptr %340[%409] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %411 = llvm.load %410 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %412 = arith.muli %373, %62 : i64
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
              %465:25 = scf.for %439 = %0 to %44 step %4 iter_args(%440 = %255, %441 = %280, %442 = %280, %443 = %280, %444 = %286, %445 = %286, %446 = %286, %447 = %292, %448 = %292, %449 = %292, %450 = %298, %451 = %298, %452 = %298, %453 = %304, %454 = %304, %455 = %304, %456 = %310, %457 = %310, %458 = %310, %459 = %316, %460 = %316, %461 = %316, %462 = %322, %463 = %322, %464 = %322) -> (i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %466 = arith.addi %260, %275 : i64
                %467 = arith.minsi %440, %466 : i64
                %468 = arith.maxsi %467, %0 : i64
                %469 = arith.cmpi slt, %440, %260 : i64
                %470 = llvm.getelementptr %22[%468] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %471 = llvm.load %470 {alignment = 2 : i64} : !llvm.ptr -> i16
                %472 = arith.extui %471 : i16 to i64
                %473 = arith.cmpi eq, %472, %439 : i64
                %474 = arith.andi %469, %473 : i1
                %475 = arith.muli %468, %31 : i64
                %476 = llvm.getelementptr %18[%475] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %477 = arith.addi %475, %4 : i64
                %478 = llvm.getelementptr %18[%477] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %479 = arith.addi %475, %8 : i64
                %480 = llvm.getelementptr %18[%479] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %481 = arith.addi %475, %11 : i64
                %482 = llvm.getelementptr %18[%481] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %483 = arith.addi %475, %15 : i64
                %484 = llvm.getelementptr %18[%483] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %485 = arith.addi %475, %19 : i64
                %486 = llvm.getelementptr %18[%485] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %487 = arith.addi %475, %23 : i64
                %488 = llvm.getelementptr %18[%487] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %489 = arith.addi %475, %27 : i64
                %490 = llvm.getelementptr %18[%489] : (!llvm.ptr, i64) -> !llvm.ptr, f32
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
                %517 = arith.muli %439, %62 : i64
                %518 = llvm.getelementptr %338[%517] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %519 = llvm.load %518 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %520 = arith.muli %439, %62 : i64
                %521 = llvm.getelementptr %340[%520] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %522 = llvm.load %521 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %523 = arith.muli %439, %62 : i64
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
            %550 = arith.muli %267, %74 : i64
            %551 = arith.addi %550, %335 : i64
            %552 = llvm.getelementptr %173[%551] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %553 = llvm.load %552 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %554 = arith.addf %344#0, %553 : vector<16xf32>
            %555 = arith.muli %267, %68 : i64
            %556 = arith.addi %555, %335 : i64
            %557 = llvm.call @gelu_16(%554) : (vector<16xf32>) -> vector<16xf32>
            %558 = llvm.getelementptr %171[%556] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %557, %558 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %559 = arith.cmpi sgt, %274, %4 : i64
            scf.if %559 {
              %560 = arith.addi %267, %4 : i64
              %561 = arith.muli %560, %74 : i64
              %562 = arith.addi %561, %335 : i64
              %563 = llvm.getelementptr %173[%562] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %564 = llvm.load %563 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %565 = arith.addf %344#3, %564 : vector<16xf32>
              %566 = arith.muli %560, %68 : i64
              %567 = arith.addi %566, %335 : i64
              %568 = llvm.call @gelu_16(%565) : (vector<16xf32>) -> vector<16xf32>
              %569 = llvm.getelementptr %171[%567] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %568, %569 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %570 = arith.cmpi sgt, %274, %8 : i64
            scf.if %570 {
              %571 = arith.addi %267, %8 : i64
              %572 = arith.muli %571, %74 : i64
              %573 = arith.addi %572, %335 : i64
              %574 = llvm.getelementptr %173[%573] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %575 = llvm.load %574 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %576 = arith.addf %344#6, %575 : vector<16xf32>
              %577 = arith.muli %571, %68 : i64
              %578 = arith.addi %577, %335 : i64
              %579 = llvm.call @gelu_16(%576) : (vector<16xf32>) -> vector<16xf32>
              %580 = llvm.getelementptr %171[%578] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %579, %580 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %581 = arith.cmpi sgt, %274, %11 : i64
            scf.if %581 {
              %582 = arith.addi %267, %11 : i64
              %583 = arith.muli %582, %74 : i64
              %584 = arith.addi %583, %335 : i64
              %585 = llvm.getelementptr %173[%584] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %586 = llvm.load %585 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %587 = arith.addf %344#9, %586 : vector<16xf32>
              %588 = arith.muli %582, %68 : i64
              %589 = arith.addi %588, %335 : i64
              %590 = llvm.call @gelu_16(%587) : (vector<16xf32>) -> vector<16xf32>
              %591 = llvm.getelementptr %171[%589] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %590, %591 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %592 = arith.cmpi sgt, %274, %15 : i64
            scf.if %592 {
              %593 = arith.addi %267, %15 : i64
              %594 = arith.muli %593, %74 : i64
              %595 = arith.addi %594, %335 : i64
              %596 = llvm.getelementptr %173[%595] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %597 = llvm.load %596 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %598 = arith.addf %344#12, %597 : vector<16xf32>
              %599 = arith.muli %593, %68 : i64
              %600 = arith.addi %599, %335 : i64
              %601 = llvm.call @gelu_16(%598) : (vector<16xf32>) -> vector<16xf32>
              %602 = llvm.getelementptr %171[%600] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %601, %602 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %603 = arith.cmpi sgt, %274, %19 : i64
            scf.if %603 {
              %604 = arith.addi %267, %19 : i64
              %605 = arith.muli %604, %74 : i64
              %606 = arith.addi %605, %335 : i64
              %607 = llvm.getelementptr %173[%606] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %608 = llvm.load %607 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %609 = arith.addf %344#15, %608 : vector<16xf32>
              %610 = arith.muli %604, %68 : i64
              %611 = arith.addi %610, %335 : i64
              %612 = llvm.call @gelu_16(%609) : (vector<16xf32>) -> vector<16xf32>
              %613 = llvm.getelementptr %171[%611] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %612, %613 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %614 = arith.cmpi sgt, %274, %23 : i64
            scf.if %614 {
              %615 = arith.addi %267, %23 : i64
              %616 = arith.muli %615, %74 : i64
              %617 = arith.addi %616, %335 : i64
              %618 = llvm.getelementptr %173[%617] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %619 = llvm.load %618 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %620 = arith.addf %344#18, %619 : vector<16xf32>
              %621 = arith.muli %615, %68 : i64
              %622 = arith.addi %621, %335 : i64
              %623 = llvm.call @gelu_16(%620) : (vector<16xf32>) -> vector<16xf32>
              %624 = llvm.getelementptr %171[%622] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %623, %624 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %625 = arith.cmpi sgt, %274, %27 : i64
            scf.if %625 {
              %626 = arith.addi %267, %27 : i64
              %627 = arith.muli %626, %74 : i64
              %628 = arith.addi %627, %335 : i64
              %629 = llvm.getelementptr %173[%628] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %630 = llvm.load %629 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %631 = arith.addf %344#21, %630 : vector<16xf32>
              %632 = arith.muli %626, %68 : i64
              %633 = arith.addi %632, %335 : i64
              %634 = llvm.call @gelu_16(%631) : (vector<16xf32>) -> vector<16xf32>
              %635 = llvm.getelementptr %171[%633] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %634, %635 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %636 = arith.addi %335, %57 : i64
            %637 = arith.muli %267, %74 : i64
            %638 = arith.addi %637, %636 : i64
            %639 = llvm.getelementptr %173[%638] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %640 = llvm.load %639 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %641 = arith.addf %344#1, %640 : vector<16xf32>
            %642 = arith.muli %267, %68 : i64
            %643 = arith.addi %642, %636 : i64
            %644 = llvm.call @gelu_16(%641) : (vector<16xf32>) -> vector<16xf32>
            %645 = llvm.getelementptr %171[%643] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %644, %645 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %646 = arith.cmpi sgt, %274, %4 : i64
            scf.if %646 {
              %647 = arith.addi %267, %4 : i64
              %648 = arith.muli %647, %74 : i64
              %649 = arith.addi %648, %636 : i64
              %650 = llvm.getelementptr %173[%649] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %651 = llvm.load %650 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %652 = arith.addf %344#4, %651 : vector<16xf32>
              %653 = arith.muli %647, %68 : i64
              %654 = arith.addi %653, %636 : i64
              %655 = llvm.call @gelu_16(%652) : (vector<16xf32>) -> vector<16xf32>
              %656 = llvm.getelementptr %171[%654] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %655, %656 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %657 = arith.cmpi sgt, %274, %8 : i64
            scf.if %657 {
              %658 = arith.addi %267, %8 : i64
              %659 = arith.muli %658, %74 : i64
              %660 = arith.addi %659, %636 : i64
              %661 = llvm.getelementptr %173[%660] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %662 = llvm.load %661 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %663 = arith.addf %344#7, %662 : vector<16xf32>
              %664 = arith.muli %658, %68 : i64
              %665 = arith.addi %664, %636 : i64
              %666 = llvm.call @gelu_16(%663) : (vector<16xf32>) -> vector<16xf32>
              %667 = llvm.getelementptr %171[%665] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %666, %667 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %668 = arith.cmpi sgt, %274, %11 : i64
            scf.if %668 {
              %669 = arith.addi %267, %11 : i64
              %670 = arith.muli %669, %74 : i64
              %671 = arith.addi %670, %636 : i64
              %672 = llvm.getelementptr %173[%671] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %673 = llvm.load %672 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %674 = arith.addf %344#10, %673 : vector<16xf32>
              %675 = arith.muli %669, %68 : i64
              %676 = arith.addi %675, %636 : i64
              %677 = llvm.call @gelu_16(%674) : (vector<16xf32>) -> vector<16xf32>
              %678 = llvm.getelementptr %171[%676] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %677, %678 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %679 = arith.cmpi sgt, %274, %15 : i64
            scf.if %679 {
              %680 = arith.addi %267, %15 : i64
              %681 = arith.muli %680, %74 : i64
              %682 = arith.addi %681, %636 : i64
              %683 = llvm.getelementptr %173[%682] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %684 = llvm.load %683 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %685 = arith.addf %344#13, %684 : vector<16xf32>
              %686 = arith.muli %680, %68 : i64
              %687 = arith.addi %686, %636 : i64
              %688 = llvm.call @gelu_16(%685) : (vector<16xf32>) -> vector<16xf32>
              %689 = llvm.getelementptr %171[%687] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %688, %689 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %690 = arith.cmpi sgt, %274, %19 : i64
            scf.if %690 {
              %691 = arith.addi %267, %19 : i64
              %692 = arith.muli %691, %74 : i64
              %693 = arith.addi %692, %636 : i64
              %694 = llvm.getelementptr %173[%693] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %695 = llvm.load %694 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %696 = arith.addf %344#16, %695 : vector<16xf32>
              %697 = arith.muli %691, %68 : i64
              %698 = arith.addi %697, %636 : i64
              %699 = llvm.call @gelu_16(%696) : (vector<16xf32>) -> vector<16xf32>
              %700 = llvm.getelementptr %171[%698] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %699, %700 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %701 = arith.cmpi sgt, %274, %23 : i64
            scf.if %701 {
              %702 = arith.addi %267, %23 : i64
              %703 = arith.muli %702, %74 : i64
              %704 = arith.addi %703, %636 : i64
              %705 = llvm.getelementptr %173[%704] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %706 = llvm.load %705 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %707 = arith.addf %344#19, %706 : vector<16xf32>
              %708 = arith.muli %702, %68 : i64
              %709 = arith.addi %708, %636 : i64
              %710 = llvm.call @gelu_16(%707) : (vector<16xf32>) -> vector<16xf32>
              %711 = llvm.getelementptr %171[%709] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %710, %711 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %712 = arith.cmpi sgt, %274, %27 : i64
            scf.if %712 {
              %713 = arith.addi %267, %27 : i64
              %714 = arith.muli %713, %74 : i64
              %715 = arith.addi %714, %636 : i64
              %716 = llvm.getelementptr %173[%715] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %717 = llvm.load %716 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %718 = arith.addf %344#22, %717 : vector<16xf32>
              %719 = arith.muli %713, %68 : i64
              %720 = arith.addi %719, %636 : i64
              %721 = llvm.call @gelu_16(%718) : (vector<16xf32>) -> vector<16xf32>
              %722 = llvm.getelementptr %171[%720] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %721, %722 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %723 = arith.addi %335, %112 : i64
            %724 = arith.muli %267, %74 : i64
            %725 = arith.addi %724, %723 : i64
            %726 = llvm.getelementptr %173[%725] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %727 = llvm.load %726 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %728 = arith.addf %344#2, %727 : vector<16xf32>
            %729 = arith.muli %267, %68 : i64
            %730 = arith.addi %729, %723 : i64
            %731 = llvm.call @gelu_16(%728) : (vector<16xf32>) -> vector<16xf32>
            %732 = llvm.getelementptr %171[%730] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %731, %732 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %733 = arith.cmpi sgt, %274, %4 : i64
            scf.if %733 {
              %734 = arith.addi %267, %4 : i64
              %735 = arith.muli %734, %74 : i64
              %736 = arith.addi %735, %723 : i64
              %737 = llvm.getelementptr %173[%736] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %738 = llvm.load %737 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %739 = arith.addf %344#5, %738 : vector<16xf32>
              %740 = arith.muli %734, %68 : i64
              %741 = arith.addi %740, %723 : i64
              %742 = llvm.call @gelu_16(%739) : (vector<16xf32>) -> vector<16xf32>
              %743 = llvm.getelementptr %171[%741] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %742, %743 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %744 = arith.cmpi sgt, %274, %8 : i64
            scf.if %744 {
              %745 = arith.addi %267, %8 : i64
              %746 = arith.muli %745, %74 : i64
              %747 = arith.addi %746, %723 : i64
              %748 = llvm.getelementptr %173[%747] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %749 = llvm.load %748 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %750 = arith.addf %344#8, %749 : vector<16xf32>
              %751 = arith.muli %745, %68 : i64
              %752 = arith.addi %751, %723 : i64
              %753 = llvm.call @gelu_16(%750) : (vector<16xf32>) -> vector<16xf32>
              %754 = llvm.getelementptr %171[%752] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %753, %754 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %755 = arith.cmpi sgt, %274, %11 : i64
            scf.if %755 {
              %756 = arith.addi %267, %11 : i64
              %757 = arith.muli %756, %74 : i64
              %758 = arith.addi %757, %723 : i64
              %759 = llvm.getelementptr %173[%758] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %760 = llvm.load %759 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %761 = arith.addf %344#11, %760 : vector<16xf32>
              %762 = arith.muli %756, %68 : i64
              %763 = arith.addi %762, %723 : i64
              %764 = llvm.call @gelu_16(%761) : (vector<16xf32>) -> vector<16xf32>
              %765 = llvm.getelementptr %171[%763] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %764, %765 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %766 = arith.cmpi sgt, %274, %15 : i64
            scf.if %766 {
              %767 = arith.addi %267, %15 : i64
              %768 = arith.muli %767, %74 : i64
              %769 = arith.addi %768, %723 : i64
              %770 = llvm.getelementptr %173[%769] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %771 = llvm.load %770 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %772 = arith.addf %344#14, %771 : vector<16xf32>
              %773 = arith.muli %767, %68 : i64
              %774 = arith.addi %773, %723 : i64
              %775 = llvm.call @gelu_16(%772) : (vector<16xf32>) -> vector<16xf32>
              %776 = llvm.getelementptr %171[%774] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %775, %776 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %777 = arith.cmpi sgt, %274, %19 : i64
            scf.if %777 {
              %778 = arith.addi %267, %19 : i64
              %779 = arith.muli %778, %74 : i64
              %780 = arith.addi %779, %723 : i64
              %781 = llvm.getelementptr %173[%780] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %782 = llvm.load %781 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %783 = arith.addf %344#17, %782 : vector<16xf32>
              %784 = arith.muli %778, %68 : i64
              %785 = arith.addi %784, %723 : i64
              %786 = llvm.call @gelu_16(%783) : (vector<16xf32>) -> vector<16xf32>
              %787 = llvm.getelementptr %171[%785] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %786, %787 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %788 = arith.cmpi sgt, %274, %23 : i64
            scf.if %788 {
              %789 = arith.addi %267, %23 : i64
              %790 = arith.muli %789, %74 : i64
              %791 = arith.addi %790, %723 : i64
              %792 = llvm.getelementptr %173[%791] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %793 = llvm.load %792 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %794 = arith.addf %344#20, %793 : vector<16xf32>
              %795 = arith.muli %789, %68 : i64
              %796 = arith.addi %795, %723 : i64
              %797 = llvm.call @gelu_16(%794) : (vector<16xf32>) -> vector<16xf32>
              %798 = llvm.getelementptr %171[%796] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %797, %798 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %799 = arith.cmpi sgt, %274, %27 : i64
            scf.if %799 {
              %800 = arith.addi %267, %27 : i64
              %801 = arith.muli %800, %74 : i64
              %802 = arith.addi %801, %723 : i64
              %803 = llvm.getelementptr %173[%802] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %804 = llvm.load %803 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %805 = arith.addf %344#23, %804 : vector<16xf32>
              %806 = arith.muli %800, %68 : i64
              %807 = arith.addi %806, %723 : i64
              %808 = llvm.call @gelu_16(%805) : (vector<16xf32>) -> vector<16xf32>
              %809 = llvm.getelementptr %171[%807] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %808, %809 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
          }
          scf.for %810 = %326 to %330 step %57 : i64 {
            %812 = arith.subi %180, %810 : i64
            %813 = llvm.getelementptr %169[%810] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %814 = arith.subi %810, %177 : i64
            %815:8 = scf.if %249 -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) {
              %825:8 = scf.for %816 = %255 to %260 step %4 iter_args(%817 = %280, %818 = %286, %819 = %292, %820 = %298, %821 = %304, %822 = %310, %823 = %316, %824 = %322) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %826 = llvm.getelementptr %22[%816] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %827 = llvm.load %826 {alignment = 2 : i64} : !llvm.ptr -> i16
                %828 = arith.extui %827 : i16 to i64
                %829 = arith.muli %816, %31 : i64
                %830 = llvm.getelementptr %18[%829] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %831 = arith.addi %829, %4 : i64
                %832 = llvm.getelementptr %18[%831] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %833 = arith.addi %829, %8 : i64
                %834 = llvm.getelementptr %18[%833] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %835 = arith.addi %829, %11 : i64
                %836 = llvm.getelementptr %18[%835] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %837 = arith.addi %829, %15 : i64
                %838 = llvm.getelementptr %18[%837] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %839 = arith.addi %829, %19 : i64
                %840 = llvm.getelementptr %18[%839] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %841 = arith.addi %829, %23 : i64
                %842 = llvm.getelementptr %18[%841] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %843 = arith.addi %829, %27 : i64
                %844 = llvm.getelementptr %18[%843] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %845 = llvm.load %830 {alignment = 4 : i64} : !llvm.ptr -> f32
                %846 = vector.broadcast %845 : f32 to vector<16xf32>
                %847 = llvm.load %832 {alignment = 4 : i64} : !llvm.ptr -> f32
                %848 = vector.broadcast %847 : f32 to vector<16xf32>
                %849 = llvm.load %834 {alignment = 4 : i64} : !llvm.ptr -> f32
                %850 = vector.broadcast %849 : f32 to vector<16xf32>
                %851 = llvm.load %836 {alignment = 4 : i64} : !llvm.ptr -> f32
                %852 = vector.broadcast %851 : f32 to vector<16xf32>
                %853 = llvm.load %838 {alignment = 4 : i64} : !llvm.ptr -> f32
                %854 = vector.broadcast %853 : f32 to vector<16xf32>
                %855 = llvm.load %840 {alignment = 4 : i64} : !llvm.ptr -> f32
                %856 = vector.broadcast %855 : f32 to vector<16xf32>
                %857 = llvm.load %842 {alignment = 4 : i64} : !llvm.ptr -> f32
                %858 = vector.broadcast %857 : f32 to vector<16xf32>
                %859 = llvm.load %844 {alignment = 4 : i64} : !llvm.ptr -> f32
                %860 = vector.broadcast %859 : f32 to vector<16xf32>
                %861 = arith.muli %828, %62 : i64
                %862 = llvm.getelementptr %813[%861] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %863 = llvm.load %862 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %864 = vector.fma %846, %863, %817 : vector<16xf32>
                %865 = vector.fma %848, %863, %818 : vector<16xf32>
                %866 = vector.fma %850, %863, %819 : vector<16xf32>
                %867 = vector.fma %852, %863, %820 : vector<16xf32>
                %868 = vector.fma %854, %863, %821 : vector<16xf32>
                %869 = vector.fma %856, %863, %822 : vector<16xf32>
                %870 = vector.fma %858, %863, %823 : vector<16xf32>
                %871 = vector.fma %860, %863, %824 : vector<16xf32>
                scf.yield %864, %865, %866, %867, %868, %869, %870, %871 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %825#0, %825#1, %825#2, %825#3, %825#4, %825#5, %825#6, %825#7 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            } else {
              %882:9 = scf.for %872 = %0 to %44 step %4 iter_args(%873 = %255, %874 = %280, %875 = %286, %876 = %292, %877 = %298, %878 = %304, %879 = %310, %880 = %316, %881 = %322) -> (i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %883 = arith.addi %260, %275 : i64
                %884 = arith.minsi %873, %883 : i64
                %885 = arith.maxsi %884, %0 : i64
                %886 = arith.cmpi slt, %873, %260 : i64
                %887 = llvm.getelementptr %22[%885] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %888 = llvm.load %887 {alignment = 2 : i64} : !llvm.ptr -> i16
                %889 = arith.extui %888 : i16 to i64
                %890 = arith.cmpi eq, %889, %872 : i64
                %891 = arith.andi %886, %890 : i1
                %892 = arith.muli %885, %31 : i64
                %893 = llvm.getelementptr %18[%892] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %894 = arith.addi %892, %4 : i64
                %895 = llvm.getelementptr %18[%894] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %896 = arith.addi %892, %8 : i64
                %897 = llvm.getelementptr %18[%896] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %898 = arith.addi %892, %11 : i64
                %899 = llvm.getelementptr %18[%898] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %900 = arith.addi %892, %15 : i64
                %901 = llvm.getelementptr %18[%900] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %902 = arith.addi %892, %19 : i64
                %903 = llvm.getelementptr %18[%902] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %904 = arith.addi %892, %23 : i64
                %905 = llvm.getelementptr %18[%904] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %906 = arith.addi %892, %27 : i64
                %907 = llvm.getelementptr %18[%906] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %908 = llvm.load %893 {alignment = 4 : i64} : !llvm.ptr -> f32
                %909 = vector.broadcast %908 : f32 to vector<16xf32>
                %910 = llvm.load %895 {alignment = 4 : i64} : !llvm.ptr -> f32
                %911 = vector.broadcast %910 : f32 to vector<16xf32>
                %912 = llvm.load %897 {alignment = 4 : i64} : !llvm.ptr -> f32
                %913 = vector.broadcast %912 : f32 to vector<16xf32>
                %914 = llvm.load %899 {alignment = 4 : i64} : !llvm.ptr -> f32
                %915 = vector.broadcast %914 : f32 to vector<16xf32>
                %916 = llvm.load %901 {alignment = 4 : i64} : !llvm.ptr -> f32
                %917 = vector.broadcast %916 : f32 to vector<16xf32>
                %918 = llvm.load %903 {alignment = 4 : i64} : !llvm.ptr -> f32
                %919 = vector.broadcast %918 : f32 to vector<16xf32>
                %920 = llvm.load %905 {alignment = 4 : i64} : !llvm.ptr -> f32
                %921 = vector.broadcast %920 : f32 to vector<16xf32>
                %922 = llvm.load %907 {alignment = 4 : i64} : !llvm.ptr -> f32
                %923 = vector.broadcast %922 : f32 to vector<16xf32>
                %924 = arith.select %891, %909, %181 : vector<16xf32>
                %925 = arith.select %891, %911, %181 : vector<16xf32>
                %926 = arith.select %891, %913, %181 : vector<16xf32>
                %927 = arith.select %891, %915, %181 : vector<16xf32>
                %928 = arith.select %891, %917, %181 : vector<16xf32>
                %929 = arith.select %891, %919, %181 : vector<16xf32>
                %930 = arith.select %891, %921, %181 : vector<16xf32>
                %931 = arith.select %891, %923, %181 : vector<16xf32>
                %932 = arith.extui %891 : i1 to i64
                %933 = arith.addi %873, %932 : i64
                %934 = arith.muli %872, %62 : i64
                %935 = llvm.getelementptr %813[%934] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %936 = llvm.load %935 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %937 = vector.fma %924, %936, %874 : vector<16xf32>
                %938 = vector.fma %925, %936, %875 : vector<16xf32>
                %939 = vector.fma %926, %936, %876 : vector<16xf32>
                %940 = vector.fma %927, %936, %877 : vector<16xf32>
                %941 = vector.fma %928, %936, %878 : vector<16xf32>
                %942 = vector.fma %929, %936, %879 : vector<16xf32>
                %943 = vector.fma %930, %936, %880 : vector<16xf32>
                %944 = vector.fma %931, %936, %881 : vector<16xf32>
                scf.yield %933, %937, %938, %939, %940, %941, %942, %943, %944 : i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %882#1, %882#2, %882#3, %882#4, %882#5, %882#6, %882#7, %882#8 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            }
            %945 = arith.muli %267, %74 : i64
            %946 = arith.addi %945, %810 : i64
            %947 = llvm.getelementptr %173[%946] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %948 = llvm.load %947 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %949 = arith.addf %815#0, %948 : vector<16xf32>
            %950 = arith.muli %267, %68 : i64
            %951 = arith.addi %950, %810 : i64
            %952 = llvm.call @gelu_16(%949) : (vector<16xf32>) -> vector<16xf32>
            %953 = llvm.getelementptr %171[%951] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %952, %953 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %954 = arith.cmpi sgt, %274, %4 : i64
            scf.if %954 {
              %955 = arith.addi %267, %4 : i64
              %956 = arith.muli %955, %74 : i64
              %957 = arith.addi %956, %810 : i64
              %958 = llvm.getelementptr %173[%957] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %959 = llvm.load %958 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %960 = arith.addf %815#1, %959 : vector<16xf32>
              %961 = arith.muli %955, %68 : i64
              %962 = arith.addi %961, %810 : i64
              %963 = llvm.call @gelu_16(%960) : (vector<16xf32>) -> vector<16xf32>
              %964 = llvm.getelementptr %171[%962] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %963, %964 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %965 = arith.cmpi sgt, %274, %8 : i64
            scf.if %965 {
              %966 = arith.addi %267, %8 : i64
              %967 = arith.muli %966, %74 : i64
              %968 = arith.addi %967, %810 : i64
              %969 = llvm.getelementptr %173[%968] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %970 = llvm.load %969 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %971 = arith.addf %815#2, %970 : vector<16xf32>
              %972 = arith.muli %966, %68 : i64
              %973 = arith.addi %972, %810 : i64
              %974 = llvm.call @gelu_16(%971) : (vector<16xf32>) -> vector<16xf32>
              %975 = llvm.getelementptr %171[%973] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %974, %975 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %976 = arith.cmpi sgt, %274, %11 : i64
            scf.if %976 {
              %977 = arith.addi %267, %11 : i64
              %978 = arith.muli %977, %74 : i64
              %979 = arith.addi %978, %810 : i64
              %980 = llvm.getelementptr %173[%979] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %981 = llvm.load %980 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %982 = arith.addf %815#3, %981 : vector<16xf32>
              %983 = arith.muli %977, %68 : i64
              %984 = arith.addi %983, %810 : i64
              %985 = llvm.call @gelu_16(%982) : (vector<16xf32>) -> vector<16xf32>
              %986 = llvm.getelementptr %171[%984] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %985, %986 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %987 = arith.cmpi sgt, %274, %15 : i64
            scf.if %987 {
              %988 = arith.addi %267, %15 : i64
              %989 = arith.muli %988, %74 : i64
              %990 = arith.addi %989, %810 : i64
              %991 = llvm.getelementptr %173[%990] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %992 = llvm.load %991 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %993 = arith.addf %815#4, %992 : vector<16xf32>
              %994 = arith.muli %988, %68 : i64
              %995 = arith.addi %994, %810 : i64
              %996 = llvm.call @gelu_16(%993) : (vector<16xf32>) -> vector<16xf32>
              %997 = llvm.getelementptr %171[%995] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %996, %997 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %998 = arith.cmpi sgt, %274, %19 : i64
            scf.if %998 {
              %999 = arith.addi %267, %19 : i64
              %1000 = arith.muli %999, %74 : i64
              %1001 = arith.addi %1000, %810 : i64
              %1002 = llvm.getelementptr %173[%1001] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1003 = llvm.load %1002 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %1004 = arith.addf %815#5, %1003 : vector<16xf32>
              %1005 = arith.muli %999, %68 : i64
              %1006 = arith.addi %1005, %810 : i64
              %1007 = llvm.call @gelu_16(%1004) : (vector<16xf32>) -> vector<16xf32>
              %1008 = llvm.getelementptr %171[%1006] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %1007, %1008 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %1009 = arith.cmpi sgt, %274, %23 : i64
            scf.if %1009 {
              %1010 = arith.addi %267, %23 : i64
              %1011 = arith.muli %1010, %74 : i64
              %1012 = arith.addi %1011, %810 : i64
              %1013 = llvm.getelementptr %173[%1012] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1014 = llvm.load %1013 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %1015 = arith.addf %815#6, %1014 : vector<16xf32>
              %1016 = arith.muli %1010, %68 : i64
              %1017 = arith.addi %1016, %810 : i64
              %1018 = llvm.call @gelu_16(%1015) : (vector<16xf32>) -> vector<16xf32>
              %1019 = llvm.getelementptr %171[%1017] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %1018, %1019 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %1020 = arith.cmpi sgt, %274, %27 : i64
            scf.if %1020 {
              %1021 = arith.addi %267, %27 : i64
              %1022 = arith.muli %1021, %74 : i64
              %1023 = arith.addi %1022, %810 : i64
              %1024 = llvm.getelementptr %173[%1023] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1025 = llvm.load %1024 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %1026 = arith.addf %815#7, %1025 : vector<16xf32>
              %1027 = arith.muli %1021, %68 : i64
              %1028 = arith.addi %1027, %810 : i64
              %1029 = llvm.call @gelu_16(%1026) : (vector<16xf32>) -> vector<16xf32>
              %1030 = llvm.getelementptr %171[%1028] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %1029, %1030 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
          }
          scf.for %1031 = %334 to %180 step %57 : i64 {
            %1033 = arith.subi %180, %1031 : i64
            %1034 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi64>
            %1035 = vector.broadcast %1033 : i64 to vector<16xi64>
            %1036 = arith.cmpi slt, %1034, %1035 : vector<16xi64>
            %1037 = llvm.getelementptr %169[%1031] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %1038 = arith.subi %1031, %177 : i64
            %1039:8 = scf.if %249 -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) {
              %1049:8 = scf.for %1040 = %255 to %260 step %4 iter_args(%1041 = %280, %1042 = %286, %1043 = %292, %1044 = %298, %1045 = %304, %1046 = %310, %1047 = %316, %1048 = %322) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %1050 = llvm.getelementptr %22[%1040] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %1051 = llvm.load %1050 {alignment = 2 : i64} : !llvm.ptr -> i16
                %1052 = arith.extui %1051 : i16 to i64
                %1053 = arith.muli %1040, %31 : i64
                %1054 = llvm.getelementptr %18[%1053] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1055 = arith.addi %1053, %4 : i64
                %1056 = llvm.getelementptr %18[%1055] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1057 = arith.addi %1053, %8 : i64
                %1058 = llvm.getelementptr %18[%1057] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1059 = arith.addi %1053, %11 : i64
                %1060 = llvm.getelementptr %18[%1059] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1061 = arith.addi %1053, %15 : i64
                %1062 = llvm.getelementptr %18[%1061] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1063 = arith.addi %1053, %19 : i64
                %1064 = llvm.getelementptr %18[%1063] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1065 = arith.addi %1053, %23 : i64
                %1066 = llvm.getelementptr %18[%1065] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1067 = arith.addi %1053, %27 : i64
                %1068 = llvm.getelementptr %18[%1067] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1069 = llvm.load %1054 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1070 = vector.broadcast %1069 : f32 to vector<16xf32>
                %1071 = llvm.load %1056 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1072 = vector.broadcast %1071 : f32 to vector<16xf32>
                %1073 = llvm.load %1058 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1074 = vector.broadcast %1073 : f32 to vector<16xf32>
                %1075 = llvm.load %1060 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1076 = vector.broadcast %1075 : f32 to vector<16xf32>
                %1077 = llvm.load %1062 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1078 = vector.broadcast %1077 : f32 to vector<16xf32>
                %1079 = llvm.load %1064 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1080 = vector.broadcast %1079 : f32 to vector<16xf32>
                %1081 = llvm.load %1066 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1082 = vector.broadcast %1081 : f32 to vector<16xf32>
                %1083 = llvm.load %1068 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1084 = vector.broadcast %1083 : f32 to vector<16xf32>
                %1085 = arith.muli %1052, %62 : i64
                %1086 = llvm.getelementptr %1037[%1085] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1087 = llvm.intr.masked.load %1086, %1036, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %1088 = vector.fma %1070, %1087, %1041 : vector<16xf32>
                %1089 = vector.fma %1072, %1087, %1042 : vector<16xf32>
                %1090 = vector.fma %1074, %1087, %1043 : vector<16xf32>
                %1091 = vector.fma %1076, %1087, %1044 : vector<16xf32>
                %1092 = vector.fma %1078, %1087, %1045 : vector<16xf32>
                %1093 = vector.fma %1080, %1087, %1046 : vector<16xf32>
                %1094 = vector.fma %1082, %1087, %1047 : vector<16xf32>
                %1095 = vector.fma %1084, %1087, %1048 : vector<16xf32>
                scf.yield %1088, %1089, %1090, %1091, %1092, %1093, %1094, %1095 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %1049#0, %1049#1, %1049#2, %1049#3, %1049#4, %1049#5, %1049#6, %1049#7 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            } else {
              %1106:9 = scf.for %1096 = %0 to %44 step %4 iter_args(%1097 = %255, %1098 = %280, %1099 = %286, %1100 = %292, %1101 = %298, %1102 = %304, %1103 = %310, %1104 = %316, %1105 = %322) -> (i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %1107 = arith.addi %260, %275 : i64
                %1108 = arith.minsi %1097, %1107 : i64
                %1109 = arith.maxsi %1108, %0 : i64
                %1110 = arith.cmpi slt, %1097, %260 : i64
                %1111 = llvm.getelementptr %22[%1109] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %1112 = llvm.load %1111 {alignment = 2 : i64} : !llvm.ptr -> i16
                %1113 = arith.extui %1112 : i16 to i64
                %1114 = arith.cmpi eq, %1113, %1096 : i64
                %1115 = arith.andi %1110, %1114 : i1
                %1116 = arith.muli %1109, %31 : i64
                %1117 = llvm.getelementptr %18[%1116] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1118 = arith.addi %1116, %4 : i64
                %1119 = llvm.getelementptr %18[%1118] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1120 = arith.addi %1116, %8 : i64
                %1121 = llvm.getelementptr %18[%1120] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1122 = arith.addi %1116, %11 : i64
                %1123 = llvm.getelementptr %18[%1122] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1124 = arith.addi %1116, %15 : i64
                %1125 = llvm.getelementptr %18[%1124] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1126 = arith.addi %1116, %19 : i64
                %1127 = llvm.getelementptr %18[%1126] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1128 = arith.addi %1116, %23 : i64
                %1129 = llvm.getelementptr %18[%1128] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1130 = arith.addi %1116, %27 : i64
                %1131 = llvm.getelementptr %18[%1130] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1132 = llvm.load %1117 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1133 = vector.broadcast %1132 : f32 to vector<16xf32>
                %1134 = llvm.load %1119 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1135 = vector.broadcast %1134 : f32 to vector<16xf32>
                %1136 = llvm.load %1121 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1137 = vector.broadcast %1136 : f32 to vector<16xf32>
                %1138 = llvm.load %1123 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1139 = vector.broadcast %1138 : f32 to vector<16xf32>
                %1140 = llvm.load %1125 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1141 = vector.broadcast %1140 : f32 to vector<16xf32>
                %1142 = llvm.load %1127 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1143 = vector.broadcast %1142 : f32 to vector<16xf32>
                %1144 = llvm.load %1129 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1145 = vector.broadcast %1144 : f32 to vector<16xf32>
                %1146 = llvm.load %1131 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1147 = vector.broadcast %1146 : f32 to vector<16xf32>
                %1148 = arith.select %1115, %1133, %181 : vector<16xf32>
                %1149 = arith.select %1115, %1135, %181 : vector<16xf32>
                %1150 = arith.select %1115, %1137, %181 : vector<16xf32>
                %1151 = arith.select %1115, %1139, %181 : vector<16xf32>
                %1152 = arith.select %1115, %1141, %181 : vector<16xf32>
                %1153 = arith.select %1115, %1143, %181 : vector<16xf32>
                %1154 = arith.select %1115, %1145, %181 : vector<16xf32>
                %1155 = arith.select %1115, %1147, %181 : vector<16xf32>
                %1156 = arith.extui %1115 : i1 to i64
                %1157 = arith.addi %1097, %1156 : i64
                %1158 = arith.muli %1096, %62 : i64
                %1159 = llvm.getelementptr %1037[%1158] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1160 = llvm.intr.masked.load %1159, %1036, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %1161 = vector.fma %1148, %1160, %1098 : vector<16xf32>
                %1162 = vector.fma %1149, %1160, %1099 : vector<16xf32>
                %1163 = vector.fma %1150, %1160, %1100 : vector<16xf32>
                %1164 = vector.fma %1151, %1160, %1101 : vector<16xf32>
                %1165 = vector.fma %1152, %1160, %1102 : vector<16xf32>
                %1166 = vector.fma %1153, %1160, %1103 : vector<16xf32>
                %1167 = vector.fma %1154, %1160, %1104 : vector<16xf32>
                %1168 = vector.fma %1155, %1160, %1105 : vector<16xf32>
                scf.yield %1157, %1161, %1162, %1163, %1164, %1165, %1166, %1167, %1168 : i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %1106#1, %1106#2, %1106#3, %1106#4, %1106#5, %1106#6, %1106#7, %1106#8 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            }
            %1169 = arith.muli %267, %74 : i64
            %1170 = arith.addi %1169, %1031 : i64
            %1171 = llvm.getelementptr %173[%1170] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %1172 = llvm.intr.masked.load %1171, %1036, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
            %1173 = arith.addf %1039#0, %1172 : vector<16xf32>
            %1174 = arith.muli %267, %68 : i64
            %1175 = arith.addi %1174, %1031 : i64
            %1176 = llvm.call @gelu_16(%1173) : (vector<16xf32>) -> vector<16xf32>
            %1177 = llvm.getelementptr %171[%1175] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.intr.masked.store %1176, %1177, %1036 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            %1178 = arith.cmpi sgt, %274, %4 : i64
            scf.if %1178 {
              %1179 = arith.addi %267, %4 : i64
              %1180 = arith.muli %1179, %74 : i64
              %1181 = arith.addi %1180, %1031 : i64
              %1182 = llvm.getelementptr %173[%1181] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1183 = llvm.intr.masked.load %1182, %1036, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1184 = arith.addf %1039#1, %1183 : vector<16xf32>
              %1185 = arith.muli %1179, %68 : i64
              %1186 = arith.addi %1185, %1031 : i64
              %1187 = llvm.call @gelu_16(%1184) : (vector<16xf32>) -> vector<16xf32>
              %1188 = llvm.getelementptr %171[%1186] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1187, %1188, %1036 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1189 = arith.cmpi sgt, %274, %8 : i64
            scf.if %1189 {
              %1190 = arith.addi %267, %8 : i64
              %1191 = arith.muli %1190, %74 : i64
              %1192 = arith.addi %1191, %1031 : i64
              %1193 = llvm.getelementptr %173[%1192] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1194 = llvm.intr.masked.load %1193, %1036, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1195 = arith.addf %1039#2, %1194 : vector<16xf32>
              %1196 = arith.muli %1190, %68 : i64
              %1197 = arith.addi %1196, %1031 : i64
              %1198 = llvm.call @gelu_16(%1195) : (vector<16xf32>) -> vector<16xf32>
              %1199 = llvm.getelementptr %171[%1197] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1198, %1199, %1036 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1200 = arith.cmpi sgt, %274, %11 : i64
            scf.if %1200 {
              %1201 = arith.addi %267, %11 : i64
              %1202 = arith.muli %1201, %74 : i64
              %1203 = arith.addi %1202, %1031 : i64
              %1204 = llvm.getelementptr %173[%1203] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1205 = llvm.intr.masked.load %1204, %1036, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1206 = arith.addf %1039#3, %1205 : vector<16xf32>
              %1207 = arith.muli %1201, %68 : i64
              %1208 = arith.addi %1207, %1031 : i64
              %1209 = llvm.call @gelu_16(%1206) : (vector<16xf32>) -> vector<16xf32>
              %1210 = llvm.getelementptr %171[%1208] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1209, %1210, %1036 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1211 = arith.cmpi sgt, %274, %15 : i64
            scf.if %1211 {
              %1212 = arith.addi %267, %15 : i64
              %1213 = arith.muli %1212, %74 : i64
              %1214 = arith.addi %1213, %1031 : i64
              %1215 = llvm.getelementptr %173[%1214] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1216 = llvm.intr.masked.load %1215, %1036, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1217 = arith.addf %1039#4, %1216 : vector<16xf32>
              %1218 = arith.muli %1212, %68 : i64
              %1219 = arith.addi %1218, %1031 : i64
              %1220 = llvm.call @gelu_16(%1217) : (vector<16xf32>) -> vector<16xf32>
              %1221 = llvm.getelementptr %171[%1219] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1220, %1221, %1036 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1222 = arith.cmpi sgt, %274, %19 : i64
            scf.if %1222 {
              %1223 = arith.addi %267, %19 : i64
              %1224 = arith.muli %1223, %74 : i64
              %1225 = arith.addi %1224, %1031 : i64
              %1226 = llvm.getelementptr %173[%1225] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1227 = llvm.intr.masked.load %1226, %1036, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1228 = arith.addf %1039#5, %1227 : vector<16xf32>
              %1229 = arith.muli %1223, %68 : i64
              %1230 = arith.addi %1229, %1031 : i64
              %1231 = llvm.call @gelu_16(%1228) : (vector<16xf32>) -> vector<16xf32>
              %1232 = llvm.getelementptr %171[%1230] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1231, %1232, %1036 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1233 = arith.cmpi sgt, %274, %23 : i64
            scf.if %1233 {
              %1234 = arith.addi %267, %23 : i64
              %1235 = arith.muli %1234, %74 : i64
              %1236 = arith.addi %1235, %1031 : i64
              %1237 = llvm.getelementptr %173[%1236] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1238 = llvm.intr.masked.load %1237, %1036, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1239 = arith.addf %1039#6, %1238 : vector<16xf32>
              %1240 = arith.muli %1234, %68 : i64
              %1241 = arith.addi %1240, %1031 : i64
              %1242 = llvm.call @gelu_16(%1239) : (vector<16xf32>) -> vector<16xf32>
              %1243 = llvm.getelementptr %171[%1241] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1242, %1243, %1036 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1244 = arith.cmpi sgt, %274, %27 : i64
            scf.if %1244 {
              %1245 = arith.addi %267, %27 : i64
              %1246 = arith.muli %1245, %74 : i64
              %1247 = arith.addi %1246, %1031 : i64
              %1248 = llvm.getelementptr %173[%1247] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1249 = llvm.intr.masked.load %1248, %1036, %181 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1250 = arith.addf %1039#7, %1249 : vector<16xf32>
              %1251 = arith.muli %1245, %68 : i64
              %1252 = arith.addi %1251, %1031 : i64
              %1253 = llvm.call @gelu_16(%1250) : (vector<16xf32>) -> vector<16xf32>
              %1254 = llvm.getelementptr %171[%1252] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1253, %1254, %1036 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
          }
        }
      }
    }
    llvm.return
  }
  llvm.func @vblock_8x1_f32_i16_features_features_bias_residual_gelu_team(%arg0: !llvm.ptr) {
    %1255 = arith.constant 0 : i64
    %1256 = llvm.getelementptr %arg0[%1255] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %1257 = llvm.load %1256 {alignment = 8 : i64} : !llvm.ptr -> i64
    %1258 = llvm.inttoptr %1257 : i64 to !llvm.ptr
    %1259 = arith.constant 1 : i64
    %1260 = llvm.getelementptr %arg0[%1259] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %1261 = llvm.load %1260 {alignment = 8 : i64} : !llvm.ptr -> i64
    %1262 = llvm.inttoptr %1261 : i64 to !llvm.ptr
    %1263 = arith.constant 2 : i64
    %1264 = llvm.getelementptr %arg0[%1263] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %1265 = llvm.load %1264 {alignment = 8 : i64} : !llvm.ptr -> i64
    %1266 = llvm.call %1258() : !llvm.ptr, () -> i32
    %1267 = arith.extsi %1266 : i32 to i64
    %1268 = llvm.call %1262() : !llvm.ptr, () -> i32
    %1269 = arith.extsi %1268 : i32 to i64
    scf.for %1270 = %1267 to %1265 step %1269 : i64 {
      llvm.call @vblock_8x1_f32_i16_features_features_bias_residual_gelu(%arg0, %1270) : (!llvm.ptr, i64) -> ()
    }
    llvm.return
  }
  llvm.func @vblock_8x1_f32_i16_features_features_bias_residual_gelu_entries(%arg0: !llvm.ptr) {
    %1272 = llvm.mlir.addressof @vblock_8x1_f32_i16_features_features_bias_residual_gelu : !llvm.ptr
    %1273 = arith.constant 0 : i64
    %1274 = llvm.getelementptr %arg0[%1273] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %1272, %1274 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %1275 = llvm.mlir.addressof @vblock_8x1_f32_i16_features_features_bias_residual_gelu_team : !llvm.ptr
    %1276 = arith.constant 1 : i64
    %1277 = llvm.getelementptr %arg0[%1276] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %1275, %1277 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
  llvm.func internal @gelu_16(%arg0: vector<16xf32>) -> vector<16xf32> {
    %1278 = arith.constant dense<5.000000000e-01> : vector<16xf32>
    %1279 = arith.mulf %arg0, %1278 : vector<16xf32>
    %1280 = arith.constant dense<7.071067812e-01> : vector<16xf32>
    %1281 = arith.mulf %arg0, %1280 : vector<16xf32>
    %1282 = math.absf %1281 : vector<16xf32>
    %1283 = arith.constant dense<1.000000000e+00> : vector<16xf32>
    %1284 = arith.constant dense<3.275911000e-01> : vector<16xf32>
    %1285 = vector.fma %1282, %1284, %1283 : vector<16xf32>
    %1286 = arith.divf %1283, %1285 : vector<16xf32>
    %1287 = arith.constant dense<1.061405429e+00> : vector<16xf32>
    %1288 = arith.constant dense<-1.453152027e+00> : vector<16xf32>
    %1289 = vector.fma %1287, %1286, %1288 : vector<16xf32>
    %1290 = arith.constant dense<1.421413741e+00> : vector<16xf32>
    %1291 = vector.fma %1289, %1286, %1290 : vector<16xf32>
    %1292 = arith.constant dense<-2.844967360e-01> : vector<16xf32>
    %1293 = vector.fma %1291, %1286, %1292 : vector<16xf32>
    %1294 = arith.constant dense<2.548295920e-01> : vector<16xf32>
    %1295 = vector.fma %1293, %1286, %1294 : vector<16xf32>
    %1296 = arith.mulf %1295, %1286 : vector<16xf32>
    %1297 = arith.constant dense<0.000000000e+00> : vector<16xf32>
    %1298 = arith.mulf %1282, %1282 : vector<16xf32>
    %1299 = arith.subf %1297, %1298 : vector<16xf32>
    %1300 = arith.constant dense<8.837626266e+01> : vector<16xf32>
    %1301 = arith.minimumf %1299, %1300 : vector<16xf32>
    %1302 = arith.constant dense<-8.733654475e+01> : vector<16xf32>
    %1303 = arith.maximumf %1301, %1302 : vector<16xf32>
    %1304 = arith.constant dense<1.258291200e+07> : vector<16xf32>
    %1305 = arith.constant dense<1.442695041e+00> : vector<16xf32>
    %1306 = vector.fma %1303, %1305, %1304 : vector<16xf32>
    %1307 = arith.subf %1306, %1304 : vector<16xf32>
    %1308 = arith.constant dense<-6.931457520e-01> : vector<16xf32>
    %1309 = vector.fma %1307, %1308, %1303 : vector<16xf32>
    %1310 = arith.constant dense<-1.428606765e-06> : vector<16xf32>
    %1311 = vector.fma %1307, %1310, %1309 : vector<16xf32>
    %1312 = arith.constant dense<1.984126984e-04> : vector<16xf32>
    %1313 = arith.constant dense<1.388888889e-03> : vector<16xf32>
    %1314 = vector.fma %1312, %1311, %1313 : vector<16xf32>
    %1315 = arith.constant dense<8.333333333e-03> : vector<16xf32>
    %1316 = vector.fma %1314, %1311, %1315 : vector<16xf32>
    %1317 = arith.constant dense<4.166666667e-02> : vector<16xf32>
    %1318 = vector.fma %1316, %1311, %1317 : vector<16xf32>
    %1319 = arith.constant dense<1.666666667e-01> : vector<16xf32>
    %1320 = vector.fma %1318, %1311, %1319 : vector<16xf32>
    %1321 = vector.fma %1320, %1311, %1278 : vector<16xf32>
    %1322 = vector.fma %1321, %1311, %1283 : vector<16xf32>
    %1323 = vector.fma %1322, %1311, %1283 : vector<16xf32>
    %1324 = arith.bitcast %1306 : vector<16xf32> to vector<16xi32>
    %1325 = arith.constant dense<23> : vector<16xi32>
    %1326 = arith.shli %1324, %1325 : vector<16xi32>
    %1327 = arith.bitcast %1323 : vector<16xf32> to vector<16xi32>
    %1328 = arith.addi %1327, %1326 : vector<16xi32>
    %1329 = arith.bitcast %1328 : vector<16xi32> to vector<16xf32>
    %1330 = vector.fma %1311, %1297, %1329 : vector<16xf32>
    %1331 = arith.constant dense<8.872280000e+01> : vector<16xf32>
    %1332 = arith.cmpf ogt, %1299, %1331 : vector<16xf32>
    %1333 = arith.constant dense<0x7F800000> : vector<16xf32>
    %1334 = arith.select %1332, %1333, %1330 : vector<16xi1>, vector<16xf32>
    %1335 = arith.mulf %1296, %1334 : vector<16xf32>
    %1336 = arith.subf %1283, %1335 : vector<16xf32>
    %1337 = math.copysign %1336, %1281 : vector<16xf32>
    %1338 = vector.fma %1279, %1337, %1279 : vector<16xf32>
    llvm.return %1338 : vector<16xf32>
  }
}
