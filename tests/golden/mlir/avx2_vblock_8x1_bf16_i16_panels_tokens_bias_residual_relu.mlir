module {
  llvm.func @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu(%arg0: !llvm.ptr, %arg1: i64) {
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
    %101 = arith.constant 512 : i64
    %102 = llvm.alloca %101 x f32 {alignment = 64 : i64} : (i64) -> !llvm.ptr
    %103 = arith.remui %arg1, %64 : i64
    %104 = arith.divui %arg1, %64 : i64
    %105 = arith.divui %10, %64 : i64
    %106 = arith.muli %58, %8 : i64
    %107 = llvm.getelementptr %30[%106] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    %108 = llvm.load %107 {alignment = 4 : i64} : !llvm.ptr -> i32
    %109 = arith.extsi %108 : i32 to i64
    %110 = arith.muli %58, %15 : i64
    %111 = arith.addi %109, %110 : i64
    %112 = arith.muli %111, %103 : i64
    %113 = arith.divui %112, %64 : i64
    %114 = arith.constant 32 : i64
    %118:2 = scf.for %115 = %0 to %114 step %4 iter_args(%116 = %0, %117 = %58) -> (i64, i64) : i64 {
      %119 = arith.addi %116, %117 : i64
      %120 = arith.divui %119, %8 : i64
      %121 = arith.muli %120, %8 : i64
      %122 = llvm.getelementptr %30[%121] : (!llvm.ptr, i64) -> !llvm.ptr, i32
      %123 = llvm.load %122 {alignment = 4 : i64} : !llvm.ptr -> i32
      %124 = arith.extsi %123 : i32 to i64
      %125 = arith.muli %120, %15 : i64
      %126 = arith.addi %124, %125 : i64
      %127 = arith.cmpi slt, %126, %113 : i64
      %128 = arith.addi %120, %4 : i64
      %129 = arith.select %127, %128, %116 : i64
      %130 = arith.select %127, %117, %120 : i64
      scf.yield %129, %130 : i64, i64
    }
    %131 = arith.addi %103, %4 : i64
    %132 = arith.muli %58, %8 : i64
    %133 = llvm.getelementptr %30[%132] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    %134 = llvm.load %133 {alignment = 4 : i64} : !llvm.ptr -> i32
    %135 = arith.extsi %134 : i32 to i64
    %136 = arith.muli %58, %15 : i64
    %137 = arith.addi %135, %136 : i64
    %138 = arith.muli %137, %131 : i64
    %139 = arith.divui %138, %64 : i64
    %143:2 = scf.for %140 = %0 to %114 step %4 iter_args(%141 = %0, %142 = %58) -> (i64, i64) : i64 {
      %144 = arith.addi %141, %142 : i64
      %145 = arith.divui %144, %8 : i64
      %146 = arith.muli %145, %8 : i64
      %147 = llvm.getelementptr %30[%146] : (!llvm.ptr, i64) -> !llvm.ptr, i32
      %148 = llvm.load %147 {alignment = 4 : i64} : !llvm.ptr -> i32
      %149 = arith.extsi %148 : i32 to i64
      %150 = arith.muli %145, %15 : i64
      %151 = arith.addi %149, %150 : i64
      %152 = arith.cmpi slt, %151, %139 : i64
      %153 = arith.addi %145, %4 : i64
      %154 = arith.select %152, %153, %141 : i64
      %155 = arith.select %152, %142, %145 : i64
      scf.yield %154, %155 : i64, i64
    }
    %156 = arith.ceildivsi %49, %31 : i64
    %157 = arith.muli %156, %104 : i64
    %158 = arith.divui %157, %105 : i64
    %159 = arith.muli %158, %31 : i64
    %160 = arith.minsi %159, %49 : i64
    %161 = arith.addi %104, %4 : i64
    %162 = arith.ceildivsi %49, %31 : i64
    %163 = arith.muli %162, %161 : i64
    %164 = arith.divui %163, %105 : i64
    %165 = arith.muli %164, %31 : i64
    %166 = arith.minsi %165, %49 : i64
    scf.for %167 = %0 to %61 step %4 : i64 {
      %169 = arith.muli %167, %73 : i64
      %170 = llvm.getelementptr %14[%169] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %171 = arith.muli %167, %79 : i64
      %172 = llvm.getelementptr %18[%171] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %173 = arith.muli %167, %85 : i64
      %174 = llvm.getelementptr %38[%173] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %175 = arith.muli %88, %31 : i64
      %176 = arith.muli %arg1, %175 : i64
      %177 = llvm.getelementptr %42[%176] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      scf.for %178 = %160 to %166 step %67 : i64 {
        %180 = arith.addi %178, %67 : i64
        %181 = arith.minsi %180, %166 : i64
        %182 = arith.constant dense<0.000000000e+00> : vector<8xf32>
        %183 = arith.subi %181, %178 : i64
        %184 = arith.divui %183, %31 : i64
        %185 = arith.muli %184, %31 : i64
        %186 = arith.addi %178, %185 : i64
        %187 = arith.subi %181, %178 : i64
        %188 = arith.divui %187, %31 : i64
        %189 = arith.muli %188, %31 : i64
        %190 = arith.addi %178, %189 : i64
        %193 = scf.for %191 = %178 to %186 step %31 iter_args(%192 = %182) -> (vector<8xf32>) : i64 {
          %194 = arith.muli %52, %31 : i64
          %195 = arith.divui %191, %31 : i64
          %196 = arith.muli %195, %194 : i64
          %197 = llvm.getelementptr %170[%196] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %200 = scf.for %198 = %0 to %52 step %4 iter_args(%199 = %192) -> (vector<8xf32>) : i64 {
            %201 = arith.muli %198, %31 : i64
            %202 = llvm.getelementptr %197[%201] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %203 = llvm.load %202 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
            %204 = vector.fma %203, %182, %199 : vector<8xf32>
            scf.yield %204 : vector<8xf32>
          }
          scf.yield %200 : vector<8xf32>
        }
        %207 = scf.for %205 = %190 to %181 step %31 iter_args(%206 = %193) -> (vector<8xf32>) : i64 {
          %208 = arith.subi %181, %205 : i64
          %209 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
          %210 = vector.broadcast %208 : i64 to vector<8xi64>
          %211 = arith.cmpi slt, %209, %210 : vector<8xi64>
          %212 = arith.muli %52, %31 : i64
          %213 = arith.divui %205, %31 : i64
          %214 = arith.muli %213, %212 : i64
          %215 = llvm.getelementptr %170[%214] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %218 = scf.for %216 = %0 to %52 step %4 iter_args(%217 = %206) -> (vector<8xf32>) : i64 {
            %219 = arith.muli %216, %31 : i64
            %220 = llvm.getelementptr %215[%219] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %221 = llvm.load %220 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
            %222 = vector.fma %221, %182, %217 : vector<8xf32>
            scf.yield %222 : vector<8xf32>
          }
          scf.yield %218 : vector<8xf32>
        }
        %223 = vector.reduction <add>, %207 : vector<8xf32> into f32
        %224 = arith.constant 0.000000000e+00 : f32
        %225 = arith.cmpf ord, %223, %224 : f32
        scf.for %226 = %118#0 to %143#0 step %31 : i64 {
          %228 = arith.addi %226, %31 : i64
          %229 = arith.minsi %228, %143#0 : i64
          %230 = arith.subi %181, %178 : i64
          %231 = arith.divui %230, %31 : i64
          %232 = arith.muli %231, %31 : i64
          %233 = arith.addi %178, %232 : i64
          %234 = arith.subi %181, %178 : i64
          %235 = arith.divui %234, %31 : i64
          %236 = arith.muli %235, %31 : i64
          %237 = arith.addi %178, %236 : i64
          scf.for %238 = %178 to %233 step %31 : i64 {
            %240 = arith.subi %181, %238 : i64
            %241 = arith.muli %52, %31 : i64
            %242 = arith.divui %238, %31 : i64
            %243 = arith.muli %242, %241 : i64
            %244 = llvm.getelementptr %170[%243] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            scf.for %245 = %226 to %229 step %4 : i64 {
              %247 = arith.muli %97, %58 : i64
              %248 = arith.addi %245, %247 : i64
              %249 = arith.muli %248, %8 : i64
              %250 = arith.addi %249, %4 : i64
              %251 = llvm.getelementptr %30[%250] : (!llvm.ptr, i64) -> !llvm.ptr, i32
              %252 = llvm.load %251 {alignment = 4 : i64} : !llvm.ptr -> i32
              %253 = arith.extsi %252 : i32 to i64
              %254 = arith.addi %248, %4 : i64
              %255 = arith.muli %254, %8 : i64
              %256 = arith.addi %255, %4 : i64
              %257 = llvm.getelementptr %30[%256] : (!llvm.ptr, i64) -> !llvm.ptr, i32
              %258 = llvm.load %257 {alignment = 4 : i64} : !llvm.ptr -> i32
              %259 = arith.extsi %258 : i32 to i64
              %260 = arith.subi %259, %253 : i64
              %261 = arith.constant -1 : i64
              %262 = arith.addi %55, %261 : i64
              %263 = arith.minsi %253, %262 : i64
              %264 = llvm.getelementptr %34[%263] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %265 = llvm.load %264 {alignment = 4 : i64} : !llvm.ptr -> f32
              %266 = vector.broadcast %265 : f32 to vector<8xf32>
              %267 = arith.addi %253, %4 : i64
              %268 = arith.addi %55, %261 : i64
              %269 = arith.minsi %267, %268 : i64
              %270 = llvm.getelementptr %34[%269] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %271 = llvm.load %270 {alignment = 4 : i64} : !llvm.ptr -> f32
              %272 = vector.broadcast %271 : f32 to vector<8xf32>
              %273 = arith.addi %253, %8 : i64
              %274 = arith.addi %55, %261 : i64
              %275 = arith.minsi %273, %274 : i64
              %276 = llvm.getelementptr %34[%275] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %277 = llvm.load %276 {alignment = 4 : i64} : !llvm.ptr -> f32
              %278 = vector.broadcast %277 : f32 to vector<8xf32>
              %279 = arith.addi %253, %11 : i64
              %280 = arith.addi %55, %261 : i64
              %281 = arith.minsi %279, %280 : i64
              %282 = llvm.getelementptr %34[%281] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %283 = llvm.load %282 {alignment = 4 : i64} : !llvm.ptr -> f32
              %284 = vector.broadcast %283 : f32 to vector<8xf32>
              %285 = arith.addi %253, %15 : i64
              %286 = arith.addi %55, %261 : i64
              %287 = arith.minsi %285, %286 : i64
              %288 = llvm.getelementptr %34[%287] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %289 = llvm.load %288 {alignment = 4 : i64} : !llvm.ptr -> f32
              %290 = vector.broadcast %289 : f32 to vector<8xf32>
              %291 = arith.addi %253, %19 : i64
              %292 = arith.addi %55, %261 : i64
              %293 = arith.minsi %291, %292 : i64
              %294 = llvm.getelementptr %34[%293] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %295 = llvm.load %294 {alignment = 4 : i64} : !llvm.ptr -> f32
              %296 = vector.broadcast %295 : f32 to vector<8xf32>
              %297 = arith.addi %253, %23 : i64
              %298 = arith.addi %55, %261 : i64
              %299 = arith.minsi %297, %298 : i64
              %300 = llvm.getelementptr %34[%299] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %301 = llvm.load %300 {alignment = 4 : i64} : !llvm.ptr -> f32
              %302 = vector.broadcast %301 : f32 to vector<8xf32>
              %303 = arith.addi %253, %27 : i64
              %304 = arith.addi %55, %261 : i64
              %305 = arith.minsi %303, %304 : i64
              %306 = llvm.getelementptr %34[%305] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %307 = llvm.load %306 {alignment = 4 : i64} : !llvm.ptr -> f32
              %308 = vector.broadcast %307 : f32 to vector<8xf32>
              %309 = arith.muli %245, %8 : i64
              %310 = llvm.getelementptr %30[%309] : (!llvm.ptr, i64) -> !llvm.ptr, i32
              %311 = llvm.load %310 {alignment = 4 : i64} : !llvm.ptr -> i32
              %312 = arith.extsi %311 : i32 to i64
              %313 = arith.addi %245, %4 : i64
              %314 = arith.muli %313, %8 : i64
              %315 = llvm.getelementptr %30[%314] : (!llvm.ptr, i64) -> !llvm.ptr, i32
              %316 = llvm.load %315 {alignment = 4 : i64} : !llvm.ptr -> i32
              %317 = arith.extsi %316 : i32 to i64
              %318:8 = scf.if %225 -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) {
                %328:8 = scf.for %319 = %312 to %317 step %4 iter_args(%320 = %266, %321 = %272, %322 = %278, %323 = %284, %324 = %290, %325 = %296, %326 = %302, %327 = %308) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
                  %329 = llvm.getelementptr %26[%319] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %330 = llvm.load %329 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %331 = arith.extui %330 : i16 to i64
                  %332 = arith.muli %319, %31 : i64
                  %333 = llvm.getelementptr %22[%332] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %334 = llvm.load %333 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %335 = vector.broadcast %334 : i16 to vector<16xi16>
                  %336 = vector.bitcast %335 : vector<16xi16> to vector<8xi32>
                  %337 = arith.constant dense<-65536> : vector<8xi32>
                  %338 = arith.andi %336, %337 : vector<8xi32>
                  %339 = arith.bitcast %338 : vector<8xi32> to vector<8xf32>
                  %340 = arith.addi %332, %4 : i64
                  %341 = llvm.getelementptr %22[%340] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %342 = llvm.load %341 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %343 = vector.broadcast %342 : i16 to vector<16xi16>
                  %344 = vector.bitcast %343 : vector<16xi16> to vector<8xi32>
                  %345 = arith.andi %344, %337 : vector<8xi32>
                  %346 = arith.bitcast %345 : vector<8xi32> to vector<8xf32>
                  %347 = arith.addi %332, %8 : i64
                  %348 = llvm.getelementptr %22[%347] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %349 = llvm.load %348 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %350 = vector.broadcast %349 : i16 to vector<16xi16>
                  %351 = vector.bitcast %350 : vector<16xi16> to vector<8xi32>
                  %352 = arith.andi %351, %337 : vector<8xi32>
                  %353 = arith.bitcast %352 : vector<8xi32> to vector<8xf32>
                  %354 = arith.addi %332, %11 : i64
                  %355 = llvm.getelementptr %22[%354] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %356 = llvm.load %355 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %357 = vector.broadcast %356 : i16 to vector<16xi16>
                  %358 = vector.bitcast %357 : vector<16xi16> to vector<8xi32>
                  %359 = arith.andi %358, %337 : vector<8xi32>
                  %360 = arith.bitcast %359 : vector<8xi32> to vector<8xf32>
                  %361 = arith.addi %332, %15 : i64
                  %362 = llvm.getelementptr %22[%361] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %363 = llvm.load %362 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %364 = vector.broadcast %363 : i16 to vector<16xi16>
                  %365 = vector.bitcast %364 : vector<16xi16> to vector<8xi32>
                  %366 = arith.andi %365, %337 : vector<8xi32>
                  %367 = arith.bitcast %366 : vector<8xi32> to vector<8xf32>
                  %368 = arith.addi %332, %19 : i64
                  %369 = llvm.getelementptr %22[%368] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %370 = llvm.load %369 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %371 = vector.broadcast %370 : i16 to vector<16xi16>
                  %372 = vector.bitcast %371 : vector<16xi16> to vector<8xi32>
                  %373 = arith.andi %372, %337 : vector<8xi32>
                  %374 = arith.bitcast %373 : vector<8xi32> to vector<8xf32>
                  %375 = arith.addi %332, %23 : i64
                  %376 = llvm.getelementptr %22[%375] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %377 = llvm.load %376 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %378 = vector.broadcast %377 : i16 to vector<16xi16>
                  %379 = vector.bitcast %378 : vector<16xi16> to vector<8xi32>
                  %380 = arith.andi %379, %337 : vector<8xi32>
                  %381 = arith.bitcast %380 : vector<8xi32> to vector<8xf32>
                  %382 = arith.addi %332, %27 : i64
                  %383 = llvm.getelementptr %22[%382] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %384 = llvm.load %383 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %385 = vector.broadcast %384 : i16 to vector<16xi16>
                  %386 = vector.bitcast %385 : vector<16xi16> to vector<8xi32>
                  %387 = arith.andi %386, %337 : vector<8xi32>
                  %388 = arith.bitcast %387 : vector<8xi32> to vector<8xf32>
                  %389 = arith.muli %331, %31 : i64
                  %390 = llvm.getelementptr %244[%389] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                  %391 = llvm.load %390 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                  %392 = vector.fma %339, %391, %320 : vector<8xf32>
                  %393 = vector.fma %346, %391, %321 : vector<8xf32>
                  %394 = vector.fma %353, %391, %322 : vector<8xf32>
                  %395 = vector.fma %360, %391, %323 : vector<8xf32>
                  %396 = vector.fma %367, %391, %324 : vector<8xf32>
                  %397 = vector.fma %374, %391, %325 : vector<8xf32>
                  %398 = vector.fma %381, %391, %326 : vector<8xf32>
                  %399 = vector.fma %388, %391, %327 : vector<8xf32>
                  scf.yield %392, %393, %394, %395, %396, %397, %398, %399 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
                }
                scf.yield %328#0, %328#1, %328#2, %328#3, %328#4, %328#5, %328#6, %328#7 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
              } else {
                %410:9 = scf.for %400 = %0 to %52 step %4 iter_args(%401 = %312, %402 = %266, %403 = %272, %404 = %278, %405 = %284, %406 = %290, %407 = %296, %408 = %302, %409 = %308) -> (i64, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
                  %411 = arith.addi %317, %261 : i64
                  %412 = arith.minsi %401, %411 : i64
                  %413 = arith.maxsi %412, %0 : i64
                  %414 = arith.cmpi slt, %401, %317 : i64
                  %415 = llvm.getelementptr %26[%413] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %416 = llvm.load %415 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %417 = arith.extui %416 : i16 to i64
                  %418 = arith.cmpi eq, %417, %400 : i64
                  %419 = arith.andi %414, %418 : i1
                  %420 = arith.muli %413, %31 : i64
                  %421 = llvm.getelementptr %22[%420] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %422 = llvm.load %421 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %423 = vector.broadcast %422 : i16 to vector<16xi16>
                  %424 = vector.bitcast %423 : vector<16xi16> to vector<8xi32>
                  %425 = arith.constant dense<-65536> : vector<8xi32>
                  %426 = arith.andi %424, %425 : vector<8xi32>
                  %427 = arith.bitcast %426 : vector<8xi32> to vector<8xf32>
                  %428 = arith.addi %420, %4 : i64
                  %429 = llvm.getelementptr %22[%428] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %430 = llvm.load %429 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %431 = vector.broadcast %430 : i16 to vector<16xi16>
                  %432 = vector.bitcast %431 : vector<16xi16> to vector<8xi32>
                  %433 = arith.andi %432, %425 : vector<8xi32>
                  %434 = arith.bitcast %433 : vector<8xi32> to vector<8xf32>
                  %435 = arith.addi %420, %8 : i64
                  %436 = llvm.getelementptr %22[%435] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %437 = llvm.load %436 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %438 = vector.broadcast %437 : i16 to vector<16xi16>
                  %439 = vector.bitcast %438 : vector<16xi16> to vector<8xi32>
                  %440 = arith.andi %439, %425 : vector<8xi32>
                  %441 = arith.bitcast %440 : vector<8xi32> to vector<8xf32>
                  %442 = arith.addi %420, %11 : i64
                  %443 = llvm.getelementptr %22[%442] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %444 = llvm.load %443 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %445 = vector.broadcast %444 : i16 to vector<16xi16>
                  %446 = vector.bitcast %445 : vector<16xi16> to vector<8xi32>
                  %447 = arith.andi %446, %425 : vector<8xi32>
                  %448 = arith.bitcast %447 : vector<8xi32> to vector<8xf32>
                  %449 = arith.addi %420, %15 : i64
                  %450 = llvm.getelementptr %22[%449] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %451 = llvm.load %450 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %452 = vector.broadcast %451 : i16 to vector<16xi16>
                  %453 = vector.bitcast %452 : vector<16xi16> to vector<8xi32>
                  %454 = arith.andi %453, %425 : vector<8xi32>
                  %455 = arith.bitcast %454 : vector<8xi32> to vector<8xf32>
                  %456 = arith.addi %420, %19 : i64
                  %457 = llvm.getelementptr %22[%456] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %458 = llvm.load %457 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %459 = vector.broadcast %458 : i16 to vector<16xi16>
                  %460 = vector.bitcast %459 : vector<16xi16> to vector<8xi32>
                  %461 = arith.andi %460, %425 : vector<8xi32>
                  %462 = arith.bitcast %461 : vector<8xi32> to vector<8xf32>
                  %463 = arith.addi %420, %23 : i64
                  %464 = llvm.getelementptr %22[%463] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %465 = llvm.load %464 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %466 = vector.broadcast %465 : i16 to vector<16xi16>
                  %467 = vector.bitcast %466 : vector<16xi16> to vector<8xi32>
                  %468 = arith.andi %467, %425 : vector<8xi32>
                  %469 = arith.bitcast %468 : vector<8xi32> to vector<8xf32>
                  %470 = arith.addi %420, %27 : i64
                  %471 = llvm.getelementptr %22[%470] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %472 = llvm.load %471 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %473 = vector.broadcast %472 : i16 to vector<16xi16>
                  %474 = vector.bitcast %473 : vector<16xi16> to vector<8xi32>
                  %475 = arith.andi %474, %425 : vector<8xi32>
                  %476 = arith.bitcast %475 : vector<8xi32> to vector<8xf32>
                  %477 = arith.select %419, %427, %182 : vector<8xf32>
                  %478 = arith.select %419, %434, %182 : vector<8xf32>
                  %479 = arith.select %419, %441, %182 : vector<8xf32>
                  %480 = arith.select %419, %448, %182 : vector<8xf32>
                  %481 = arith.select %419, %455, %182 : vector<8xf32>
                  %482 = arith.select %419, %462, %182 : vector<8xf32>
                  %483 = arith.select %419, %469, %182 : vector<8xf32>
                  %484 = arith.select %419, %476, %182 : vector<8xf32>
                  %485 = arith.extui %419 : i1 to i64
                  %486 = arith.addi %401, %485 : i64
                  %487 = arith.muli %400, %31 : i64
                  %488 = llvm.getelementptr %244[%487] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                  %489 = llvm.load %488 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                  %490 = vector.fma %477, %489, %402 : vector<8xf32>
                  %491 = vector.fma %478, %489, %403 : vector<8xf32>
                  %492 = vector.fma %479, %489, %404 : vector<8xf32>
                  %493 = vector.fma %480, %489, %405 : vector<8xf32>
                  %494 = vector.fma %481, %489, %406 : vector<8xf32>
                  %495 = vector.fma %482, %489, %407 : vector<8xf32>
                  %496 = vector.fma %483, %489, %408 : vector<8xf32>
                  %497 = vector.fma %484, %489, %409 : vector<8xf32>
                  scf.yield %486, %490, %491, %492, %493, %494, %495, %496, %497 : i64, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
                }
                scf.yield %410#1, %410#2, %410#3, %410#4, %410#5, %410#6, %410#7, %410#8 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
              }
              %498 = arith.subi %245, %226 : i64
              %499 = arith.constant 64 : i64
              %500 = arith.muli %498, %499 : i64
              %501 = vector.shuffle %318#0, %318#4 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %502 = vector.shuffle %318#0, %318#4 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %503 = vector.shuffle %318#1, %318#5 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %504 = vector.shuffle %318#1, %318#5 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %505 = vector.shuffle %318#2, %318#6 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %506 = vector.shuffle %318#2, %318#6 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %507 = vector.shuffle %318#3, %318#7 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %508 = vector.shuffle %318#3, %318#7 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %509 = vector.shuffle %501, %505 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %510 = vector.shuffle %501, %505 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %511 = vector.shuffle %502, %506 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %512 = vector.shuffle %502, %506 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %513 = vector.shuffle %503, %507 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %514 = vector.shuffle %503, %507 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %515 = vector.shuffle %504, %508 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %516 = vector.shuffle %504, %508 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %517 = vector.shuffle %509, %513 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %518 = vector.shuffle %509, %513 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %519 = vector.shuffle %510, %514 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %520 = vector.shuffle %510, %514 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %521 = vector.shuffle %511, %515 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %522 = vector.shuffle %511, %515 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %523 = vector.shuffle %512, %516 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %524 = vector.shuffle %512, %516 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %525 = llvm.getelementptr %102[%500] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %517, %525 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %526 = arith.addi %500, %31 : i64
              %527 = llvm.getelementptr %102[%526] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %518, %527 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %528 = arith.addi %500, %59 : i64
              %529 = llvm.getelementptr %102[%528] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %519, %529 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %530 = arith.addi %500, %83 : i64
              %531 = llvm.getelementptr %102[%530] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %520, %531 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %532 = arith.addi %500, %114 : i64
              %533 = llvm.getelementptr %102[%532] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %521, %533 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %534 = arith.constant 40 : i64
              %535 = arith.addi %500, %534 : i64
              %536 = llvm.getelementptr %102[%535] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %522, %536 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %537 = arith.constant 48 : i64
              %538 = arith.addi %500, %537 : i64
              %539 = llvm.getelementptr %102[%538] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %523, %539 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %540 = arith.constant 56 : i64
              %541 = arith.addi %500, %540 : i64
              %542 = llvm.getelementptr %102[%541] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %524, %542 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
            }
            %543 = arith.minsi %240, %31 : i64
            scf.for %544 = %0 to %543 step %4 : i64 {
              %546 = arith.addi %238, %544 : i64
              %547 = arith.muli %546, %76 : i64
              %548 = llvm.getelementptr %172[%547] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %549 = arith.muli %546, %82 : i64
              %550 = llvm.getelementptr %174[%549] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              scf.for %551 = %226 to %229 step %4 : i64 {
                %553 = arith.muli %97, %58 : i64
                %554 = arith.addi %551, %553 : i64
                %555 = arith.muli %554, %8 : i64
                %556 = arith.addi %555, %4 : i64
                %557 = llvm.getelementptr %30[%556] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %558 = llvm.load %557 {alignment = 4 : i64} : !llvm.ptr -> i32
                %559 = arith.extsi %558 : i32 to i64
                %560 = arith.addi %554, %4 : i64
                %561 = arith.muli %560, %8 : i64
                %562 = arith.addi %561, %4 : i64
                %563 = llvm.getelementptr %30[%562] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %564 = llvm.load %563 {alignment = 4 : i64} : !llvm.ptr -> i32
                %565 = arith.extsi %564 : i32 to i64
                %566 = arith.subi %565, %559 : i64
                %567 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
                %568 = vector.broadcast %566 : i64 to vector<8xi64>
                %569 = arith.cmpi slt, %567, %568 : vector<8xi64>
                %570 = arith.subi %551, %226 : i64
                %571 = arith.constant 64 : i64
                %572 = arith.muli %570, %571 : i64
                %573 = arith.muli %544, %31 : i64
                %574 = arith.addi %572, %573 : i64
                %575 = llvm.getelementptr %102[%574] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %576 = llvm.load %575 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %577 = llvm.getelementptr %550[%559] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %578 = llvm.intr.masked.load %577, %569, %182 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
                %579 = arith.addf %576, %578 : vector<8xf32>
                %580 = llvm.call @relu_8(%579) : (vector<8xf32>) -> vector<8xf32>
                %581 = llvm.getelementptr %548[%559] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                llvm.intr.masked.store %580, %581, %569 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
              }
            }
          }
          scf.for %582 = %237 to %181 step %31 : i64 {
            %584 = arith.subi %181, %582 : i64
            %585 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
            %586 = vector.broadcast %584 : i64 to vector<8xi64>
            %587 = arith.cmpi slt, %585, %586 : vector<8xi64>
            %588 = arith.muli %52, %31 : i64
            %589 = arith.divui %582, %31 : i64
            %590 = arith.muli %589, %588 : i64
            %591 = llvm.getelementptr %170[%590] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            scf.for %592 = %226 to %229 step %4 : i64 {
              %594 = arith.muli %97, %58 : i64
              %595 = arith.addi %592, %594 : i64
              %596 = arith.muli %595, %8 : i64
              %597 = arith.addi %596, %4 : i64
              %598 = llvm.getelementptr %30[%597] : (!llvm.ptr, i64) -> !llvm.ptr, i32
              %599 = llvm.load %598 {alignment = 4 : i64} : !llvm.ptr -> i32
              %600 = arith.extsi %599 : i32 to i64
              %601 = arith.addi %595, %4 : i64
              %602 = arith.muli %601, %8 : i64
              %603 = arith.addi %602, %4 : i64
              %604 = llvm.getelementptr %30[%603] : (!llvm.ptr, i64) -> !llvm.ptr, i32
              %605 = llvm.load %604 {alignment = 4 : i64} : !llvm.ptr -> i32
              %606 = arith.extsi %605 : i32 to i64
              %607 = arith.subi %606, %600 : i64
              %608 = arith.constant -1 : i64
              %609 = arith.addi %55, %608 : i64
              %610 = arith.minsi %600, %609 : i64
              %611 = llvm.getelementptr %34[%610] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %612 = llvm.load %611 {alignment = 4 : i64} : !llvm.ptr -> f32
              %613 = vector.broadcast %612 : f32 to vector<8xf32>
              %614 = arith.addi %600, %4 : i64
              %615 = arith.addi %55, %608 : i64
              %616 = arith.minsi %614, %615 : i64
              %617 = llvm.getelementptr %34[%616] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %618 = llvm.load %617 {alignment = 4 : i64} : !llvm.ptr -> f32
              %619 = vector.broadcast %618 : f32 to vector<8xf32>
              %620 = arith.addi %600, %8 : i64
              %621 = arith.addi %55, %608 : i64
              %622 = arith.minsi %620, %621 : i64
              %623 = llvm.getelementptr %34[%622] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %624 = llvm.load %623 {alignment = 4 : i64} : !llvm.ptr -> f32
              %625 = vector.broadcast %624 : f32 to vector<8xf32>
              %626 = arith.addi %600, %11 : i64
              %627 = arith.addi %55, %608 : i64
              %628 = arith.minsi %626, %627 : i64
              %629 = llvm.getelementptr %34[%628] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %630 = llvm.load %629 {alignment = 4 : i64} : !llvm.ptr -> f32
              %631 = vector.broadcast %630 : f32 to vector<8xf32>
              %632 = arith.addi %600, %15 : i64
              %633 = arith.addi %55, %608 : i64
              %634 = arith.minsi %632, %633 : i64
              %635 = llvm.getelementptr %34[%634] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %636 = llvm.load %635 {alignment = 4 : i64} : !llvm.ptr -> f32
              %637 = vector.broadcast %636 : f32 to vector<8xf32>
              %638 = arith.addi %600, %19 : i64
              %639 = arith.addi %55, %608 : i64
              %640 = arith.minsi %638, %639 : i64
              %641 = llvm.getelementptr %34[%640] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %642 = llvm.load %641 {alignment = 4 : i64} : !llvm.ptr -> f32
              %643 = vector.broadcast %642 : f32 to vector<8xf32>
              %644 = arith.addi %600, %23 : i64
              %645 = arith.addi %55, %608 : i64
              %646 = arith.minsi %644, %645 : i64
              %647 = llvm.getelementptr %34[%646] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %648 = llvm.load %647 {alignment = 4 : i64} : !llvm.ptr -> f32
              %649 = vector.broadcast %648 : f32 to vector<8xf32>
              %650 = arith.addi %600, %27 : i64
              %651 = arith.addi %55, %608 : i64
              %652 = arith.minsi %650, %651 : i64
              %653 = llvm.getelementptr %34[%652] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %654 = llvm.load %653 {alignment = 4 : i64} : !llvm.ptr -> f32
              %655 = vector.broadcast %654 : f32 to vector<8xf32>
              %656 = arith.muli %592, %8 : i64
              %657 = llvm.getelementptr %30[%656] : (!llvm.ptr, i64) -> !llvm.ptr, i32
              %658 = llvm.load %657 {alignment = 4 : i64} : !llvm.ptr -> i32
              %659 = arith.extsi %658 : i32 to i64
              %660 = arith.addi %592, %4 : i64
              %661 = arith.muli %660, %8 : i64
              %662 = llvm.getelementptr %30[%661] : (!llvm.ptr, i64) -> !llvm.ptr, i32
              %663 = llvm.load %662 {alignment = 4 : i64} : !llvm.ptr -> i32
              %664 = arith.extsi %663 : i32 to i64
              %665:8 = scf.if %225 -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) {
                %675:8 = scf.for %666 = %659 to %664 step %4 iter_args(%667 = %613, %668 = %619, %669 = %625, %670 = %631, %671 = %637, %672 = %643, %673 = %649, %674 = %655) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
                  %676 = llvm.getelementptr %26[%666] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %677 = llvm.load %676 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %678 = arith.extui %677 : i16 to i64
                  %679 = arith.muli %666, %31 : i64
                  %680 = llvm.getelementptr %22[%679] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %681 = llvm.load %680 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %682 = vector.broadcast %681 : i16 to vector<16xi16>
                  %683 = vector.bitcast %682 : vector<16xi16> to vector<8xi32>
                  %684 = arith.constant dense<-65536> : vector<8xi32>
                  %685 = arith.andi %683, %684 : vector<8xi32>
                  %686 = arith.bitcast %685 : vector<8xi32> to vector<8xf32>
                  %687 = arith.addi %679, %4 : i64
                  %688 = llvm.getelementptr %22[%687] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %689 = llvm.load %688 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %690 = vector.broadcast %689 : i16 to vector<16xi16>
                  %691 = vector.bitcast %690 : vector<16xi16> to vector<8xi32>
                  %692 = arith.andi %691, %684 : vector<8xi32>
                  %693 = arith.bitcast %692 : vector<8xi32> to vector<8xf32>
                  %694 = arith.addi %679, %8 : i64
                  %695 = llvm.getelementptr %22[%694] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %696 = llvm.load %695 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %697 = vector.broadcast %696 : i16 to vector<16xi16>
                  %698 = vector.bitcast %697 : vector<16xi16> to vector<8xi32>
                  %699 = arith.andi %698, %684 : vector<8xi32>
                  %700 = arith.bitcast %699 : vector<8xi32> to vector<8xf32>
                  %701 = arith.addi %679, %11 : i64
                  %702 = llvm.getelementptr %22[%701] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %703 = llvm.load %702 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %704 = vector.broadcast %703 : i16 to vector<16xi16>
                  %705 = vector.bitcast %704 : vector<16xi16> to vector<8xi32>
                  %706 = arith.andi %705, %684 : vector<8xi32>
                  %707 = arith.bitcast %706 : vector<8xi32> to vector<8xf32>
                  %708 = arith.addi %679, %15 : i64
                  %709 = llvm.getelementptr %22[%708] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %710 = llvm.load %709 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %711 = vector.broadcast %710 : i16 to vector<16xi16>
                  %712 = vector.bitcast %711 : vector<16xi16> to vector<8xi32>
                  %713 = arith.andi %712, %684 : vector<8xi32>
                  %714 = arith.bitcast %713 : vector<8xi32> to vector<8xf32>
                  %715 = arith.addi %679, %19 : i64
                  %716 = llvm.getelementptr %22[%715] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %717 = llvm.load %716 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %718 = vector.broadcast %717 : i16 to vector<16xi16>
                  %719 = vector.bitcast %718 : vector<16xi16> to vector<8xi32>
                  %720 = arith.andi %719, %684 : vector<8xi32>
                  %721 = arith.bitcast %720 : vector<8xi32> to vector<8xf32>
                  %722 = arith.addi %679, %23 : i64
                  %723 = llvm.getelementptr %22[%722] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %724 = llvm.load %723 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %725 = vector.broadcast %724 : i16 to vector<16xi16>
                  %726 = vector.bitcast %725 : vector<16xi16> to vector<8xi32>
                  %727 = arith.andi %726, %684 : vector<8xi32>
                  %728 = arith.bitcast %727 : vector<8xi32> to vector<8xf32>
                  %729 = arith.addi %679, %27 : i64
                  %730 = llvm.getelementptr %22[%729] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %731 = llvm.load %730 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %732 = vector.broadcast %731 : i16 to vector<16xi16>
                  %733 = vector.bitcast %732 : vector<16xi16> to vector<8xi32>
                  %734 = arith.andi %733, %684 : vector<8xi32>
                  %735 = arith.bitcast %734 : vector<8xi32> to vector<8xf32>
                  %736 = arith.muli %678, %31 : i64
                  %737 = llvm.getelementptr %591[%736] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                  %738 = llvm.load %737 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                  %739 = vector.fma %686, %738, %667 : vector<8xf32>
                  %740 = vector.fma %693, %738, %668 : vector<8xf32>
                  %741 = vector.fma %700, %738, %669 : vector<8xf32>
                  %742 = vector.fma %707, %738, %670 : vector<8xf32>
                  %743 = vector.fma %714, %738, %671 : vector<8xf32>
                  %744 = vector.fma %721, %738, %672 : vector<8xf32>
                  %745 = vector.fma %728, %738, %673 : vector<8xf32>
                  %746 = vector.fma %735, %738, %674 : vector<8xf32>
                  scf.yield %739, %740, %741, %742, %743, %744, %745, %746 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
                }
                scf.yield %675#0, %675#1, %675#2, %675#3, %675#4, %675#5, %675#6, %675#7 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
              } else {
                %757:9 = scf.for %747 = %0 to %52 step %4 iter_args(%748 = %659, %749 = %613, %750 = %619, %751 = %625, %752 = %631, %753 = %637, %754 = %643, %755 = %649, %756 = %655) -> (i64, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
                  %758 = arith.addi %664, %608 : i64
                  %759 = arith.minsi %748, %758 : i64
                  %760 = arith.maxsi %759, %0 : i64
                  %761 = arith.cmpi slt, %748, %664 : i64
                  %762 = llvm.getelementptr %26[%760] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %763 = llvm.load %762 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %764 = arith.extui %763 : i16 to i64
                  %765 = arith.cmpi eq, %764, %747 : i64
                  %766 = arith.andi %761, %765 : i1
                  %767 = arith.muli %760, %31 : i64
                  %768 = llvm.getelementptr %22[%767] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %769 = llvm.load %768 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %770 = vector.broadcast %769 : i16 to vector<16xi16>
                  %771 = vector.bitcast %770 : vector<16xi16> to vector<8xi32>
                  %772 = arith.constant dense<-65536> : vector<8xi32>
                  %773 = arith.andi %771, %772 : vector<8xi32>
                  %774 = arith.bitcast %773 : vector<8xi32> to vector<8xf32>
                  %775 = arith.addi %767, %4 : i64
                  %776 = llvm.getelementptr %22[%775] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %777 = llvm.load %776 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %778 = vector.broadcast %777 : i16 to vector<16xi16>
                  %779 = vector.bitcast %778 : vector<16xi16> to vector<8xi32>
                  %780 = arith.andi %779, %772 : vector<8xi32>
                  %781 = arith.bitcast %780 : vector<8xi32> to vector<8xf32>
                  %782 = arith.addi %767, %8 : i64
                  %783 = llvm.getelementptr %22[%782] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %784 = llvm.load %783 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %785 = vector.broadcast %784 : i16 to vector<16xi16>
                  %786 = vector.bitcast %785 : vector<16xi16> to vector<8xi32>
                  %787 = arith.andi %786, %772 : vector<8xi32>
                  %788 = arith.bitcast %787 : vector<8xi32> to vector<8xf32>
                  %789 = arith.addi %767, %11 : i64
                  %790 = llvm.getelementptr %22[%789] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %791 = llvm.load %790 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %792 = vector.broadcast %791 : i16 to vector<16xi16>
                  %793 = vector.bitcast %792 : vector<16xi16> to vector<8xi32>
                  %794 = arith.andi %793, %772 : vector<8xi32>
                  %795 = arith.bitcast %794 : vector<8xi32> to vector<8xf32>
                  %796 = arith.addi %767, %15 : i64
                  %797 = llvm.getelementptr %22[%796] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %798 = llvm.load %797 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %799 = vector.broadcast %798 : i16 to vector<16xi16>
                  %800 = vector.bitcast %799 : vector<16xi16> to vector<8xi32>
                  %801 = arith.andi %800, %772 : vector<8xi32>
                  %802 = arith.bitcast %801 : vector<8xi32> to vector<8xf32>
                  %803 = arith.addi %767, %19 : i64
                  %804 = llvm.getelementptr %22[%803] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %805 = llvm.load %804 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %806 = vector.broadcast %805 : i16 to vector<16xi16>
                  %807 = vector.bitcast %806 : vector<16xi16> to vector<8xi32>
                  %808 = arith.andi %807, %772 : vector<8xi32>
                  %809 = arith.bitcast %808 : vector<8xi32> to vector<8xf32>
                  %810 = arith.addi %767, %23 : i64
                  %811 = llvm.getelementptr %22[%810] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %812 = llvm.load %811 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %813 = vector.broadcast %812 : i16 to vector<16xi16>
                  %814 = vector.bitcast %813 : vector<16xi16> to vector<8xi32>
                  %815 = arith.andi %814, %772 : vector<8xi32>
                  %816 = arith.bitcast %815 : vector<8xi32> to vector<8xf32>
                  %817 = arith.addi %767, %27 : i64
                  %818 = llvm.getelementptr %22[%817] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %819 = llvm.load %818 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %820 = vector.broadcast %819 : i16 to vector<16xi16>
                  %821 = vector.bitcast %820 : vector<16xi16> to vector<8xi32>
                  %822 = arith.andi %821, %772 : vector<8xi32>
                  %823 = arith.bitcast %822 : vector<8xi32> to vector<8xf32>
                  %824 = arith.select %766, %774, %182 : vector<8xf32>
                  %825 = arith.select %766, %781, %182 : vector<8xf32>
                  %826 = arith.select %766, %788, %182 : vector<8xf32>
                  %827 = arith.select %766, %795, %182 : vector<8xf32>
                  %828 = arith.select %766, %802, %182 : vector<8xf32>
                  %829 = arith.select %766, %809, %182 : vector<8xf32>
                  %830 = arith.select %766, %816, %182 : vector<8xf32>
                  %831 = arith.select %766, %823, %182 : vector<8xf32>
                  %832 = arith.extui %766 : i1 to i64
                  %833 = arith.addi %748, %832 : i64
                  %834 = arith.muli %747, %31 : i64
                  %835 = llvm.getelementptr %591[%834] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                  %836 = llvm.load %835 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                  %837 = vector.fma %824, %836, %749 : vector<8xf32>
                  %838 = vector.fma %825, %836, %750 : vector<8xf32>
                  %839 = vector.fma %826, %836, %751 : vector<8xf32>
                  %840 = vector.fma %827, %836, %752 : vector<8xf32>
                  %841 = vector.fma %828, %836, %753 : vector<8xf32>
                  %842 = vector.fma %829, %836, %754 : vector<8xf32>
                  %843 = vector.fma %830, %836, %755 : vector<8xf32>
                  %844 = vector.fma %831, %836, %756 : vector<8xf32>
                  scf.yield %833, %837, %838, %839, %840, %841, %842, %843, %844 : i64, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
                }
                scf.yield %757#1, %757#2, %757#3, %757#4, %757#5, %757#6, %757#7, %757#8 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
              }
              %845 = arith.subi %592, %226 : i64
              %846 = arith.constant 64 : i64
              %847 = arith.muli %845, %846 : i64
              %848 = vector.shuffle %665#0, %665#4 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %849 = vector.shuffle %665#0, %665#4 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %850 = vector.shuffle %665#1, %665#5 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %851 = vector.shuffle %665#1, %665#5 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %852 = vector.shuffle %665#2, %665#6 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %853 = vector.shuffle %665#2, %665#6 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %854 = vector.shuffle %665#3, %665#7 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %855 = vector.shuffle %665#3, %665#7 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %856 = vector.shuffle %848, %852 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %857 = vector.shuffle %848, %852 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %858 = vector.shuffle %849, %853 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %859 = vector.shuffle %849, %853 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %860 = vector.shuffle %850, %854 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %861 = vector.shuffle %850, %854 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %862 = vector.shuffle %851, %855 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %863 = vector.shuffle %851, %855 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %864 = vector.shuffle %856, %860 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %865 = vector.shuffle %856, %860 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %866 = vector.shuffle %857, %861 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %867 = vector.shuffle %857, %861 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %868 = vector.shuffle %858, %862 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %869 = vector.shuffle %858, %862 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %870 = vector.shuffle %859, %863 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
              %871 = vector.shuffle %859, %863 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
              %872 = llvm.getelementptr %102[%847] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %864, %872 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %873 = arith.addi %847, %31 : i64
              %874 = llvm.getelementptr %102[%873] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %865, %874 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %875 = arith.addi %847, %59 : i64
              %876 = llvm.getelementptr %102[%875] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %866, %876 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %877 = arith.addi %847, %83 : i64
              %878 = llvm.getelementptr %102[%877] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %867, %878 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %879 = arith.addi %847, %114 : i64
              %880 = llvm.getelementptr %102[%879] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %868, %880 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %881 = arith.constant 40 : i64
              %882 = arith.addi %847, %881 : i64
              %883 = llvm.getelementptr %102[%882] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %869, %883 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %884 = arith.constant 48 : i64
              %885 = arith.addi %847, %884 : i64
              %886 = llvm.getelementptr %102[%885] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %870, %886 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %887 = arith.constant 56 : i64
              %888 = arith.addi %847, %887 : i64
              %889 = llvm.getelementptr %102[%888] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %871, %889 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
            }
            %890 = arith.minsi %584, %31 : i64
            scf.for %891 = %0 to %890 step %4 : i64 {
              %893 = arith.addi %582, %891 : i64
              %894 = arith.muli %893, %76 : i64
              %895 = llvm.getelementptr %172[%894] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %896 = arith.muli %893, %82 : i64
              %897 = llvm.getelementptr %174[%896] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              scf.for %898 = %226 to %229 step %4 : i64 {
                %900 = arith.muli %97, %58 : i64
                %901 = arith.addi %898, %900 : i64
                %902 = arith.muli %901, %8 : i64
                %903 = arith.addi %902, %4 : i64
                %904 = llvm.getelementptr %30[%903] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %905 = llvm.load %904 {alignment = 4 : i64} : !llvm.ptr -> i32
                %906 = arith.extsi %905 : i32 to i64
                %907 = arith.addi %901, %4 : i64
                %908 = arith.muli %907, %8 : i64
                %909 = arith.addi %908, %4 : i64
                %910 = llvm.getelementptr %30[%909] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %911 = llvm.load %910 {alignment = 4 : i64} : !llvm.ptr -> i32
                %912 = arith.extsi %911 : i32 to i64
                %913 = arith.subi %912, %906 : i64
                %914 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
                %915 = vector.broadcast %913 : i64 to vector<8xi64>
                %916 = arith.cmpi slt, %914, %915 : vector<8xi64>
                %917 = arith.subi %898, %226 : i64
                %918 = arith.constant 64 : i64
                %919 = arith.muli %917, %918 : i64
                %920 = arith.muli %891, %31 : i64
                %921 = arith.addi %919, %920 : i64
                %922 = llvm.getelementptr %102[%921] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %923 = llvm.load %922 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %924 = llvm.getelementptr %897[%906] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %925 = llvm.intr.masked.load %924, %916, %182 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
                %926 = arith.addf %923, %925 : vector<8xf32>
                %927 = llvm.call @relu_8(%926) : (vector<8xf32>) -> vector<8xf32>
                %928 = llvm.getelementptr %895[%906] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                llvm.intr.masked.store %927, %928, %916 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
              }
            }
          }
        }
      }
    }
    llvm.return
  }
  llvm.func @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu_team(%arg0: !llvm.ptr) {
    %929 = arith.constant 0 : i64
    %930 = llvm.getelementptr %arg0[%929] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %931 = llvm.load %930 {alignment = 8 : i64} : !llvm.ptr -> i64
    %932 = llvm.inttoptr %931 : i64 to !llvm.ptr
    %933 = arith.constant 1 : i64
    %934 = llvm.getelementptr %arg0[%933] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %935 = llvm.load %934 {alignment = 8 : i64} : !llvm.ptr -> i64
    %936 = llvm.inttoptr %935 : i64 to !llvm.ptr
    %937 = arith.constant 2 : i64
    %938 = llvm.getelementptr %arg0[%937] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %939 = llvm.load %938 {alignment = 8 : i64} : !llvm.ptr -> i64
    %940 = llvm.call %932() : !llvm.ptr, () -> i32
    %941 = arith.extsi %940 : i32 to i64
    %942 = llvm.call %936() : !llvm.ptr, () -> i32
    %943 = arith.extsi %942 : i32 to i64
    scf.for %944 = %941 to %939 step %943 : i64 {
      llvm.call @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu(%arg0, %944) : (!llvm.ptr, i64) -> ()
    }
    llvm.return
  }
  llvm.func @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu_entries(%arg0: !llvm.ptr) {
    %946 = llvm.mlir.addressof @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu : !llvm.ptr
    %947 = arith.constant 0 : i64
    %948 = llvm.getelementptr %arg0[%947] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %946, %948 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %949 = llvm.mlir.addressof @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu_team : !llvm.ptr
    %950 = arith.constant 1 : i64
    %951 = llvm.getelementptr %arg0[%950] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %949, %951 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
  llvm.func internal @relu_8(%arg0: vector<8xf32>) -> vector<8xf32> attributes {no_inline} {
    %952 = arith.constant dense<0.000000000e+00> : vector<8xf32>
    %953 = arith.maximumf %arg0, %952 : vector<8xf32>
    llvm.return %953 : vector<8xf32>
  }
}
