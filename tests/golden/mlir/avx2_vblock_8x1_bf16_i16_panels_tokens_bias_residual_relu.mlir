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
    %154 = arith.ceildivsi %41, %31 : i64
    %155 = arith.muli %154, %102 : i64
    %156 = arith.divui %155, %103 : i64
    %157 = arith.muli %156, %31 : i64
    %158 = arith.minsi %157, %41 : i64
    %159 = arith.addi %102, %4 : i64
    %160 = arith.ceildivsi %41, %31 : i64
    %161 = arith.muli %160, %159 : i64
    %162 = arith.divui %161, %103 : i64
    %163 = arith.muli %162, %31 : i64
    %164 = arith.minsi %163, %41 : i64
    scf.for %165 = %0 to %53 step %4 : i64 {
      %167 = arith.muli %165, %65 : i64
      %168 = llvm.getelementptr %14[%167] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %169 = arith.muli %165, %71 : i64
      %170 = llvm.getelementptr %38[%169] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %171 = arith.muli %165, %77 : i64
      %172 = llvm.getelementptr %34[%171] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %173 = arith.muli %88, %31 : i64
      %174 = arith.muli %arg1, %173 : i64
      %175 = llvm.getelementptr %85[%174] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      scf.for %176 = %158 to %164 step %59 : i64 {
        %178 = arith.addi %176, %59 : i64
        %179 = arith.minsi %178, %164 : i64
        %180 = arith.constant dense<0.000000000e+00> : vector<8xf32>
        %181 = arith.subi %179, %176 : i64
        %182 = arith.divui %181, %31 : i64
        %183 = arith.muli %182, %31 : i64
        %184 = arith.addi %176, %183 : i64
        %185 = arith.subi %179, %176 : i64
        %186 = arith.divui %185, %31 : i64
        %187 = arith.muli %186, %31 : i64
        %188 = arith.addi %176, %187 : i64
        %191 = scf.for %189 = %176 to %184 step %31 iter_args(%190 = %180) -> (vector<8xf32>) : i64 {
          %192 = arith.muli %44, %31 : i64
          %193 = arith.divui %189, %31 : i64
          %194 = arith.muli %193, %192 : i64
          %195 = llvm.getelementptr %168[%194] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %198 = scf.for %196 = %0 to %44 step %4 iter_args(%197 = %190) -> (vector<8xf32>) : i64 {
            %199 = arith.muli %196, %31 : i64
            %200 = llvm.getelementptr %195[%199] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %201 = llvm.load %200 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
            %202 = vector.fma %201, %180, %197 : vector<8xf32>
            scf.yield %202 : vector<8xf32>
          }
          scf.yield %198 : vector<8xf32>
        }
        %205 = scf.for %203 = %188 to %179 step %31 iter_args(%204 = %191) -> (vector<8xf32>) : i64 {
          %206 = arith.subi %179, %203 : i64
          %207 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
          %208 = vector.broadcast %206 : i64 to vector<8xi64>
          %209 = arith.cmpi slt, %207, %208 : vector<8xi64>
          %210 = arith.muli %44, %31 : i64
          %211 = arith.divui %203, %31 : i64
          %212 = arith.muli %211, %210 : i64
          %213 = llvm.getelementptr %168[%212] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %216 = scf.for %214 = %0 to %44 step %4 iter_args(%215 = %204) -> (vector<8xf32>) : i64 {
            %217 = arith.muli %214, %31 : i64
            %218 = llvm.getelementptr %213[%217] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %219 = llvm.load %218 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
            %220 = vector.fma %219, %180, %215 : vector<8xf32>
            scf.yield %220 : vector<8xf32>
          }
          scf.yield %216 : vector<8xf32>
        }
        %221 = vector.reduction <add>, %205 : vector<8xf32> into f32
        %222 = arith.constant 0.000000000e+00 : f32
        %223 = arith.cmpf ord, %221, %222 : f32
        scf.for %224 = %116#0 to %141#0 step %4 : i64 {
          %226 = arith.muli %224, %8 : i64
          %227 = llvm.getelementptr %26[%226] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %228 = llvm.load %227 {alignment = 4 : i64} : !llvm.ptr -> i32
          %229 = arith.extsi %228 : i32 to i64
          %230 = arith.addi %224, %4 : i64
          %231 = arith.muli %230, %8 : i64
          %232 = llvm.getelementptr %26[%231] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %233 = llvm.load %232 {alignment = 4 : i64} : !llvm.ptr -> i32
          %234 = arith.extsi %233 : i32 to i64
          %235 = arith.muli %97, %50 : i64
          %236 = arith.addi %224, %235 : i64
          %237 = arith.muli %236, %8 : i64
          %238 = arith.addi %237, %4 : i64
          %239 = llvm.getelementptr %26[%238] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %240 = llvm.load %239 {alignment = 4 : i64} : !llvm.ptr -> i32
          %241 = arith.extsi %240 : i32 to i64
          %242 = arith.addi %236, %4 : i64
          %243 = arith.muli %242, %8 : i64
          %244 = arith.addi %243, %4 : i64
          %245 = llvm.getelementptr %26[%244] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %246 = llvm.load %245 {alignment = 4 : i64} : !llvm.ptr -> i32
          %247 = arith.extsi %246 : i32 to i64
          %248 = arith.subi %247, %241 : i64
          %249 = arith.constant -1 : i64
          %250 = arith.addi %47, %249 : i64
          %251 = arith.minsi %241, %250 : i64
          %252 = llvm.getelementptr %30[%251] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %253 = llvm.load %252 {alignment = 4 : i64} : !llvm.ptr -> f32
          %254 = vector.broadcast %253 : f32 to vector<8xf32>
          %255 = arith.addi %241, %4 : i64
          %256 = arith.addi %47, %249 : i64
          %257 = arith.minsi %255, %256 : i64
          %258 = llvm.getelementptr %30[%257] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %259 = llvm.load %258 {alignment = 4 : i64} : !llvm.ptr -> f32
          %260 = vector.broadcast %259 : f32 to vector<8xf32>
          %261 = arith.addi %241, %8 : i64
          %262 = arith.addi %47, %249 : i64
          %263 = arith.minsi %261, %262 : i64
          %264 = llvm.getelementptr %30[%263] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %265 = llvm.load %264 {alignment = 4 : i64} : !llvm.ptr -> f32
          %266 = vector.broadcast %265 : f32 to vector<8xf32>
          %267 = arith.addi %241, %11 : i64
          %268 = arith.addi %47, %249 : i64
          %269 = arith.minsi %267, %268 : i64
          %270 = llvm.getelementptr %30[%269] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %271 = llvm.load %270 {alignment = 4 : i64} : !llvm.ptr -> f32
          %272 = vector.broadcast %271 : f32 to vector<8xf32>
          %273 = arith.addi %241, %15 : i64
          %274 = arith.addi %47, %249 : i64
          %275 = arith.minsi %273, %274 : i64
          %276 = llvm.getelementptr %30[%275] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %277 = llvm.load %276 {alignment = 4 : i64} : !llvm.ptr -> f32
          %278 = vector.broadcast %277 : f32 to vector<8xf32>
          %279 = arith.addi %241, %19 : i64
          %280 = arith.addi %47, %249 : i64
          %281 = arith.minsi %279, %280 : i64
          %282 = llvm.getelementptr %30[%281] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %283 = llvm.load %282 {alignment = 4 : i64} : !llvm.ptr -> f32
          %284 = vector.broadcast %283 : f32 to vector<8xf32>
          %285 = arith.addi %241, %23 : i64
          %286 = arith.addi %47, %249 : i64
          %287 = arith.minsi %285, %286 : i64
          %288 = llvm.getelementptr %30[%287] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %289 = llvm.load %288 {alignment = 4 : i64} : !llvm.ptr -> f32
          %290 = vector.broadcast %289 : f32 to vector<8xf32>
          %291 = arith.addi %241, %27 : i64
          %292 = arith.addi %47, %249 : i64
          %293 = arith.minsi %291, %292 : i64
          %294 = llvm.getelementptr %30[%293] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %295 = llvm.load %294 {alignment = 4 : i64} : !llvm.ptr -> f32
          %296 = vector.broadcast %295 : f32 to vector<8xf32>
          %297 = arith.subi %179, %176 : i64
          %298 = arith.divui %297, %31 : i64
          %299 = arith.muli %298, %31 : i64
          %300 = arith.addi %176, %299 : i64
          %301 = arith.subi %179, %176 : i64
          %302 = arith.divui %301, %31 : i64
          %303 = arith.muli %302, %31 : i64
          %304 = arith.addi %176, %303 : i64
          scf.for %305 = %176 to %300 step %31 : i64 {
            %307 = arith.subi %179, %305 : i64
            %308 = arith.muli %44, %31 : i64
            %309 = arith.divui %305, %31 : i64
            %310 = arith.muli %309, %308 : i64
            %311 = llvm.getelementptr %168[%310] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %312 = arith.subi %305, %176 : i64
            %313:8 = scf.if %223 -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) {
              %323:8 = scf.for %314 = %229 to %234 step %4 iter_args(%315 = %254, %316 = %260, %317 = %266, %318 = %272, %319 = %278, %320 = %284, %321 = %290, %322 = %296) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
                %324 = llvm.getelementptr %22[%314] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %325 = llvm.load %324 {alignment = 2 : i64} : !llvm.ptr -> i16
                %326 = arith.extui %325 : i16 to i64
                %327 = arith.muli %314, %31 : i64
                %328 = llvm.getelementptr %18[%327] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %329 = llvm.load %328 {alignment = 2 : i64} : !llvm.ptr -> i16
                %330 = vector.broadcast %329 : i16 to vector<16xi16>
                %331 = vector.bitcast %330 : vector<16xi16> to vector<8xi32>
                %332 = arith.constant dense<-65536> : vector<8xi32>
                %333 = arith.andi %331, %332 : vector<8xi32>
                %334 = arith.bitcast %333 : vector<8xi32> to vector<8xf32>
                %335 = arith.addi %327, %4 : i64
                %336 = llvm.getelementptr %18[%335] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %337 = llvm.load %336 {alignment = 2 : i64} : !llvm.ptr -> i16
                %338 = vector.broadcast %337 : i16 to vector<16xi16>
                %339 = vector.bitcast %338 : vector<16xi16> to vector<8xi32>
                %340 = arith.andi %339, %332 : vector<8xi32>
                %341 = arith.bitcast %340 : vector<8xi32> to vector<8xf32>
                %342 = arith.addi %327, %8 : i64
                %343 = llvm.getelementptr %18[%342] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %344 = llvm.load %343 {alignment = 2 : i64} : !llvm.ptr -> i16
                %345 = vector.broadcast %344 : i16 to vector<16xi16>
                %346 = vector.bitcast %345 : vector<16xi16> to vector<8xi32>
                %347 = arith.andi %346, %332 : vector<8xi32>
                %348 = arith.bitcast %347 : vector<8xi32> to vector<8xf32>
                %349 = arith.addi %327, %11 : i64
                %350 = llvm.getelementptr %18[%349] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %351 = llvm.load %350 {alignment = 2 : i64} : !llvm.ptr -> i16
                %352 = vector.broadcast %351 : i16 to vector<16xi16>
                %353 = vector.bitcast %352 : vector<16xi16> to vector<8xi32>
                %354 = arith.andi %353, %332 : vector<8xi32>
                %355 = arith.bitcast %354 : vector<8xi32> to vector<8xf32>
                %356 = arith.addi %327, %15 : i64
                %357 = llvm.getelementptr %18[%356] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %358 = llvm.load %357 {alignment = 2 : i64} : !llvm.ptr -> i16
                %359 = vector.broadcast %358 : i16 to vector<16xi16>
                %360 = vector.bitcast %359 : vector<16xi16> to vector<8xi32>
                %361 = arith.andi %360, %332 : vector<8xi32>
                %362 = arith.bitcast %361 : vector<8xi32> to vector<8xf32>
                %363 = arith.addi %327, %19 : i64
                %364 = llvm.getelementptr %18[%363] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %365 = llvm.load %364 {alignment = 2 : i64} : !llvm.ptr -> i16
                %366 = vector.broadcast %365 : i16 to vector<16xi16>
                %367 = vector.bitcast %366 : vector<16xi16> to vector<8xi32>
                %368 = arith.andi %367, %332 : vector<8xi32>
                %369 = arith.bitcast %368 : vector<8xi32> to vector<8xf32>
                %370 = arith.addi %327, %23 : i64
                %371 = llvm.getelementptr %18[%370] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %372 = llvm.load %371 {alignment = 2 : i64} : !llvm.ptr -> i16
                %373 = vector.broadcast %372 : i16 to vector<16xi16>
                %374 = vector.bitcast %373 : vector<16xi16> to vector<8xi32>
                %375 = arith.andi %374, %332 : vector<8xi32>
                %376 = arith.bitcast %375 : vector<8xi32> to vector<8xf32>
                %377 = arith.addi %327, %27 : i64
                %378 = llvm.getelementptr %18[%377] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %379 = llvm.load %378 {alignment = 2 : i64} : !llvm.ptr -> i16
                %380 = vector.broadcast %379 : i16 to vector<16xi16>
                %381 = vector.bitcast %380 : vector<16xi16> to vector<8xi32>
                %382 = arith.andi %381, %332 : vector<8xi32>
                %383 = arith.bitcast %382 : vector<8xi32> to vector<8xf32>
                %384 = arith.muli %326, %31 : i64
                %385 = llvm.getelementptr %311[%384] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %386 = llvm.load %385 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %387 = vector.fma %334, %386, %315 : vector<8xf32>
                %388 = vector.fma %341, %386, %316 : vector<8xf32>
                %389 = vector.fma %348, %386, %317 : vector<8xf32>
                %390 = vector.fma %355, %386, %318 : vector<8xf32>
                %391 = vector.fma %362, %386, %319 : vector<8xf32>
                %392 = vector.fma %369, %386, %320 : vector<8xf32>
                %393 = vector.fma %376, %386, %321 : vector<8xf32>
                %394 = vector.fma %383, %386, %322 : vector<8xf32>
                scf.yield %387, %388, %389, %390, %391, %392, %393, %394 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
              }
              scf.yield %323#0, %323#1, %323#2, %323#3, %323#4, %323#5, %323#6, %323#7 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
            } else {
              %405:9 = scf.for %395 = %0 to %44 step %4 iter_args(%396 = %229, %397 = %254, %398 = %260, %399 = %266, %400 = %272, %401 = %278, %402 = %284, %403 = %290, %404 = %296) -> (i64, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
                %406 = arith.addi %234, %249 : i64
                %407 = arith.minsi %396, %406 : i64
                %408 = arith.maxsi %407, %0 : i64
                %409 = arith.cmpi slt, %396, %234 : i64
                %410 = llvm.getelementptr %22[%408] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %411 = llvm.load %410 {alignment = 2 : i64} : !llvm.ptr -> i16
                %412 = arith.extui %411 : i16 to i64
                %413 = arith.cmpi eq, %412, %395 : i64
                %414 = arith.andi %409, %413 : i1
                %415 = arith.muli %408, %31 : i64
                %416 = llvm.getelementptr %18[%415] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %417 = llvm.load %416 {alignment = 2 : i64} : !llvm.ptr -> i16
                %418 = vector.broadcast %417 : i16 to vector<16xi16>
                %419 = vector.bitcast %418 : vector<16xi16> to vector<8xi32>
                %420 = arith.constant dense<-65536> : vector<8xi32>
                %421 = arith.andi %419, %420 : vector<8xi32>
                %422 = arith.bitcast %421 : vector<8xi32> to vector<8xf32>
                %423 = arith.addi %415, %4 : i64
                %424 = llvm.getelementptr %18[%423] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %425 = llvm.load %424 {alignment = 2 : i64} : !llvm.ptr -> i16
                %426 = vector.broadcast %425 : i16 to vector<16xi16>
                %427 = vector.bitcast %426 : vector<16xi16> to vector<8xi32>
                %428 = arith.andi %427, %420 : vector<8xi32>
                %429 = arith.bitcast %428 : vector<8xi32> to vector<8xf32>
                %430 = arith.addi %415, %8 : i64
                %431 = llvm.getelementptr %18[%430] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %432 = llvm.load %431 {alignment = 2 : i64} : !llvm.ptr -> i16
                %433 = vector.broadcast %432 : i16 to vector<16xi16>
                %434 = vector.bitcast %433 : vector<16xi16> to vector<8xi32>
                %435 = arith.andi %434, %420 : vector<8xi32>
                %436 = arith.bitcast %435 : vector<8xi32> to vector<8xf32>
                %437 = arith.addi %415, %11 : i64
                %438 = llvm.getelementptr %18[%437] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %439 = llvm.load %438 {alignment = 2 : i64} : !llvm.ptr -> i16
                %440 = vector.broadcast %439 : i16 to vector<16xi16>
                %441 = vector.bitcast %440 : vector<16xi16> to vector<8xi32>
                %442 = arith.andi %441, %420 : vector<8xi32>
                %443 = arith.bitcast %442 : vector<8xi32> to vector<8xf32>
                %444 = arith.addi %415, %15 : i64
                %445 = llvm.getelementptr %18[%444] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %446 = llvm.load %445 {alignment = 2 : i64} : !llvm.ptr -> i16
                %447 = vector.broadcast %446 : i16 to vector<16xi16>
                %448 = vector.bitcast %447 : vector<16xi16> to vector<8xi32>
                %449 = arith.andi %448, %420 : vector<8xi32>
                %450 = arith.bitcast %449 : vector<8xi32> to vector<8xf32>
                %451 = arith.addi %415, %19 : i64
                %452 = llvm.getelementptr %18[%451] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %453 = llvm.load %452 {alignment = 2 : i64} : !llvm.ptr -> i16
                %454 = vector.broadcast %453 : i16 to vector<16xi16>
                %455 = vector.bitcast %454 : vector<16xi16> to vector<8xi32>
                %456 = arith.andi %455, %420 : vector<8xi32>
                %457 = arith.bitcast %456 : vector<8xi32> to vector<8xf32>
                %458 = arith.addi %415, %23 : i64
                %459 = llvm.getelementptr %18[%458] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %460 = llvm.load %459 {alignment = 2 : i64} : !llvm.ptr -> i16
                %461 = vector.broadcast %460 : i16 to vector<16xi16>
                %462 = vector.bitcast %461 : vector<16xi16> to vector<8xi32>
                %463 = arith.andi %462, %420 : vector<8xi32>
                %464 = arith.bitcast %463 : vector<8xi32> to vector<8xf32>
                %465 = arith.addi %415, %27 : i64
                %466 = llvm.getelementptr %18[%465] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %467 = llvm.load %466 {alignment = 2 : i64} : !llvm.ptr -> i16
                %468 = vector.broadcast %467 : i16 to vector<16xi16>
                %469 = vector.bitcast %468 : vector<16xi16> to vector<8xi32>
                %470 = arith.andi %469, %420 : vector<8xi32>
                %471 = arith.bitcast %470 : vector<8xi32> to vector<8xf32>
                %472 = arith.select %414, %422, %180 : vector<8xf32>
                %473 = arith.select %414, %429, %180 : vector<8xf32>
                %474 = arith.select %414, %436, %180 : vector<8xf32>
                %475 = arith.select %414, %443, %180 : vector<8xf32>
                %476 = arith.select %414, %450, %180 : vector<8xf32>
                %477 = arith.select %414, %457, %180 : vector<8xf32>
                %478 = arith.select %414, %464, %180 : vector<8xf32>
                %479 = arith.select %414, %471, %180 : vector<8xf32>
                %480 = arith.extui %414 : i1 to i64
                %481 = arith.addi %396, %480 : i64
                %482 = arith.muli %395, %31 : i64
                %483 = llvm.getelementptr %311[%482] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %484 = llvm.load %483 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %485 = vector.fma %472, %484, %397 : vector<8xf32>
                %486 = vector.fma %473, %484, %398 : vector<8xf32>
                %487 = vector.fma %474, %484, %399 : vector<8xf32>
                %488 = vector.fma %475, %484, %400 : vector<8xf32>
                %489 = vector.fma %476, %484, %401 : vector<8xf32>
                %490 = vector.fma %477, %484, %402 : vector<8xf32>
                %491 = vector.fma %478, %484, %403 : vector<8xf32>
                %492 = vector.fma %479, %484, %404 : vector<8xf32>
                scf.yield %481, %485, %486, %487, %488, %489, %490, %491, %492 : i64, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
              }
              scf.yield %405#1, %405#2, %405#3, %405#4, %405#5, %405#6, %405#7, %405#8 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
            }
            %493 = vector.shuffle %313#0, %313#4 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %494 = vector.shuffle %313#0, %313#4 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %495 = vector.shuffle %313#1, %313#5 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %496 = vector.shuffle %313#1, %313#5 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %497 = vector.shuffle %313#2, %313#6 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %498 = vector.shuffle %313#2, %313#6 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %499 = vector.shuffle %313#3, %313#7 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %500 = vector.shuffle %313#3, %313#7 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %501 = vector.shuffle %493, %497 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %502 = vector.shuffle %493, %497 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %503 = vector.shuffle %494, %498 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %504 = vector.shuffle %494, %498 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %505 = vector.shuffle %495, %499 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %506 = vector.shuffle %495, %499 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %507 = vector.shuffle %496, %500 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %508 = vector.shuffle %496, %500 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %509 = vector.shuffle %501, %505 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %510 = vector.shuffle %501, %505 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %511 = vector.shuffle %502, %506 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %512 = vector.shuffle %502, %506 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %513 = vector.shuffle %503, %507 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %514 = vector.shuffle %503, %507 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %515 = vector.shuffle %504, %508 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %516 = vector.shuffle %504, %508 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %517 = arith.cmpi sge, %248, %31 : i64
            %518 = arith.muli %305, %68 : i64
            %519 = arith.addi %518, %241 : i64
            %520 = llvm.getelementptr %170[%519] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %521 = arith.muli %305, %74 : i64
            %522 = arith.addi %521, %241 : i64
            %523 = llvm.getelementptr %172[%522] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            scf.if %517 {
              %524 = llvm.getelementptr %523[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %525 = llvm.load %524 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %526 = arith.addf %509, %525 : vector<8xf32>
              %527 = llvm.call @relu_8(%526) : (vector<8xf32>) -> vector<8xf32>
              %528 = llvm.getelementptr %520[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %527, %528 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
            }
            %529 = arith.cmpi slt, %248, %31 : i64
            scf.if %529 {
              %530 = arith.subi %248, %0 : i64
              %531 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
              %532 = vector.broadcast %530 : i64 to vector<8xi64>
              %533 = arith.cmpi slt, %531, %532 : vector<8xi64>
              %534 = llvm.getelementptr %523[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %535 = llvm.intr.masked.load %534, %533, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
              %536 = arith.addf %509, %535 : vector<8xf32>
              %537 = llvm.call @relu_8(%536) : (vector<8xf32>) -> vector<8xf32>
              %538 = llvm.getelementptr %520[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %537, %538, %533 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
            }
            %539 = arith.addi %305, %4 : i64
            %540 = arith.muli %539, %68 : i64
            %541 = arith.addi %540, %241 : i64
            %542 = llvm.getelementptr %170[%541] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %543 = arith.muli %539, %74 : i64
            %544 = arith.addi %543, %241 : i64
            %545 = llvm.getelementptr %172[%544] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            scf.if %517 {
              %546 = llvm.getelementptr %545[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %547 = llvm.load %546 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %548 = arith.addf %510, %547 : vector<8xf32>
              %549 = llvm.call @relu_8(%548) : (vector<8xf32>) -> vector<8xf32>
              %550 = llvm.getelementptr %542[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %549, %550 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
            }
            %551 = arith.cmpi slt, %248, %31 : i64
            scf.if %551 {
              %552 = arith.subi %248, %0 : i64
              %553 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
              %554 = vector.broadcast %552 : i64 to vector<8xi64>
              %555 = arith.cmpi slt, %553, %554 : vector<8xi64>
              %556 = llvm.getelementptr %545[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %557 = llvm.intr.masked.load %556, %555, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
              %558 = arith.addf %510, %557 : vector<8xf32>
              %559 = llvm.call @relu_8(%558) : (vector<8xf32>) -> vector<8xf32>
              %560 = llvm.getelementptr %542[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %559, %560, %555 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
            }
            %561 = arith.addi %305, %8 : i64
            %562 = arith.muli %561, %68 : i64
            %563 = arith.addi %562, %241 : i64
            %564 = llvm.getelementptr %170[%563] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %565 = arith.muli %561, %74 : i64
            %566 = arith.addi %565, %241 : i64
            %567 = llvm.getelementptr %172[%566] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            scf.if %517 {
              %568 = llvm.getelementptr %567[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %569 = llvm.load %568 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %570 = arith.addf %511, %569 : vector<8xf32>
              %571 = llvm.call @relu_8(%570) : (vector<8xf32>) -> vector<8xf32>
              %572 = llvm.getelementptr %564[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %571, %572 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
            }
            %573 = arith.cmpi slt, %248, %31 : i64
            scf.if %573 {
              %574 = arith.subi %248, %0 : i64
              %575 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
              %576 = vector.broadcast %574 : i64 to vector<8xi64>
              %577 = arith.cmpi slt, %575, %576 : vector<8xi64>
              %578 = llvm.getelementptr %567[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %579 = llvm.intr.masked.load %578, %577, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
              %580 = arith.addf %511, %579 : vector<8xf32>
              %581 = llvm.call @relu_8(%580) : (vector<8xf32>) -> vector<8xf32>
              %582 = llvm.getelementptr %564[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %581, %582, %577 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
            }
            %583 = arith.addi %305, %11 : i64
            %584 = arith.muli %583, %68 : i64
            %585 = arith.addi %584, %241 : i64
            %586 = llvm.getelementptr %170[%585] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %587 = arith.muli %583, %74 : i64
            %588 = arith.addi %587, %241 : i64
            %589 = llvm.getelementptr %172[%588] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            scf.if %517 {
              %590 = llvm.getelementptr %589[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %591 = llvm.load %590 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %592 = arith.addf %512, %591 : vector<8xf32>
              %593 = llvm.call @relu_8(%592) : (vector<8xf32>) -> vector<8xf32>
              %594 = llvm.getelementptr %586[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %593, %594 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
            }
            %595 = arith.cmpi slt, %248, %31 : i64
            scf.if %595 {
              %596 = arith.subi %248, %0 : i64
              %597 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
              %598 = vector.broadcast %596 : i64 to vector<8xi64>
              %599 = arith.cmpi slt, %597, %598 : vector<8xi64>
              %600 = llvm.getelementptr %589[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %601 = llvm.intr.masked.load %600, %599, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
              %602 = arith.addf %512, %601 : vector<8xf32>
              %603 = llvm.call @relu_8(%602) : (vector<8xf32>) -> vector<8xf32>
              %604 = llvm.getelementptr %586[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %603, %604, %599 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
            }
            %605 = arith.addi %305, %15 : i64
            %606 = arith.muli %605, %68 : i64
            %607 = arith.addi %606, %241 : i64
            %608 = llvm.getelementptr %170[%607] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %609 = arith.muli %605, %74 : i64
            %610 = arith.addi %609, %241 : i64
            %611 = llvm.getelementptr %172[%610] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            scf.if %517 {
              %612 = llvm.getelementptr %611[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %613 = llvm.load %612 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %614 = arith.addf %513, %613 : vector<8xf32>
              %615 = llvm.call @relu_8(%614) : (vector<8xf32>) -> vector<8xf32>
              %616 = llvm.getelementptr %608[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %615, %616 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
            }
            %617 = arith.cmpi slt, %248, %31 : i64
            scf.if %617 {
              %618 = arith.subi %248, %0 : i64
              %619 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
              %620 = vector.broadcast %618 : i64 to vector<8xi64>
              %621 = arith.cmpi slt, %619, %620 : vector<8xi64>
              %622 = llvm.getelementptr %611[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %623 = llvm.intr.masked.load %622, %621, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
              %624 = arith.addf %513, %623 : vector<8xf32>
              %625 = llvm.call @relu_8(%624) : (vector<8xf32>) -> vector<8xf32>
              %626 = llvm.getelementptr %608[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %625, %626, %621 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
            }
            %627 = arith.addi %305, %19 : i64
            %628 = arith.muli %627, %68 : i64
            %629 = arith.addi %628, %241 : i64
            %630 = llvm.getelementptr %170[%629] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %631 = arith.muli %627, %74 : i64
            %632 = arith.addi %631, %241 : i64
            %633 = llvm.getelementptr %172[%632] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            scf.if %517 {
              %634 = llvm.getelementptr %633[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %635 = llvm.load %634 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %636 = arith.addf %514, %635 : vector<8xf32>
              %637 = llvm.call @relu_8(%636) : (vector<8xf32>) -> vector<8xf32>
              %638 = llvm.getelementptr %630[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %637, %638 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
            }
            %639 = arith.cmpi slt, %248, %31 : i64
            scf.if %639 {
              %640 = arith.subi %248, %0 : i64
              %641 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
              %642 = vector.broadcast %640 : i64 to vector<8xi64>
              %643 = arith.cmpi slt, %641, %642 : vector<8xi64>
              %644 = llvm.getelementptr %633[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %645 = llvm.intr.masked.load %644, %643, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
              %646 = arith.addf %514, %645 : vector<8xf32>
              %647 = llvm.call @relu_8(%646) : (vector<8xf32>) -> vector<8xf32>
              %648 = llvm.getelementptr %630[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %647, %648, %643 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
            }
            %649 = arith.addi %305, %23 : i64
            %650 = arith.muli %649, %68 : i64
            %651 = arith.addi %650, %241 : i64
            %652 = llvm.getelementptr %170[%651] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %653 = arith.muli %649, %74 : i64
            %654 = arith.addi %653, %241 : i64
            %655 = llvm.getelementptr %172[%654] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            scf.if %517 {
              %656 = llvm.getelementptr %655[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %657 = llvm.load %656 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %658 = arith.addf %515, %657 : vector<8xf32>
              %659 = llvm.call @relu_8(%658) : (vector<8xf32>) -> vector<8xf32>
              %660 = llvm.getelementptr %652[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %659, %660 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
            }
            %661 = arith.cmpi slt, %248, %31 : i64
            scf.if %661 {
              %662 = arith.subi %248, %0 : i64
              %663 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
              %664 = vector.broadcast %662 : i64 to vector<8xi64>
              %665 = arith.cmpi slt, %663, %664 : vector<8xi64>
              %666 = llvm.getelementptr %655[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %667 = llvm.intr.masked.load %666, %665, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
              %668 = arith.addf %515, %667 : vector<8xf32>
              %669 = llvm.call @relu_8(%668) : (vector<8xf32>) -> vector<8xf32>
              %670 = llvm.getelementptr %652[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %669, %670, %665 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
            }
            %671 = arith.addi %305, %27 : i64
            %672 = arith.muli %671, %68 : i64
            %673 = arith.addi %672, %241 : i64
            %674 = llvm.getelementptr %170[%673] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %675 = arith.muli %671, %74 : i64
            %676 = arith.addi %675, %241 : i64
            %677 = llvm.getelementptr %172[%676] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            scf.if %517 {
              %678 = llvm.getelementptr %677[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %679 = llvm.load %678 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %680 = arith.addf %516, %679 : vector<8xf32>
              %681 = llvm.call @relu_8(%680) : (vector<8xf32>) -> vector<8xf32>
              %682 = llvm.getelementptr %674[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %681, %682 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
            }
            %683 = arith.cmpi slt, %248, %31 : i64
            scf.if %683 {
              %684 = arith.subi %248, %0 : i64
              %685 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
              %686 = vector.broadcast %684 : i64 to vector<8xi64>
              %687 = arith.cmpi slt, %685, %686 : vector<8xi64>
              %688 = llvm.getelementptr %677[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %689 = llvm.intr.masked.load %688, %687, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
              %690 = arith.addf %516, %689 : vector<8xf32>
              %691 = llvm.call @relu_8(%690) : (vector<8xf32>) -> vector<8xf32>
              %692 = llvm.getelementptr %674[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %691, %692, %687 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
            }
          }
          scf.for %693 = %304 to %179 step %31 : i64 {
            %695 = arith.subi %179, %693 : i64
            %696 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
            %697 = vector.broadcast %695 : i64 to vector<8xi64>
            %698 = arith.cmpi slt, %696, %697 : vector<8xi64>
            %699 = arith.muli %44, %31 : i64
            %700 = arith.divui %693, %31 : i64
            %701 = arith.muli %700, %699 : i64
            %702 = llvm.getelementptr %168[%701] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %703 = arith.subi %693, %176 : i64
            %704:8 = scf.if %223 -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) {
              %714:8 = scf.for %705 = %229 to %234 step %4 iter_args(%706 = %254, %707 = %260, %708 = %266, %709 = %272, %710 = %278, %711 = %284, %712 = %290, %713 = %296) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
                %715 = llvm.getelementptr %22[%705] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %716 = llvm.load %715 {alignment = 2 : i64} : !llvm.ptr -> i16
                %717 = arith.extui %716 : i16 to i64
                %718 = arith.muli %705, %31 : i64
                %719 = llvm.getelementptr %18[%718] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %720 = llvm.load %719 {alignment = 2 : i64} : !llvm.ptr -> i16
                %721 = vector.broadcast %720 : i16 to vector<16xi16>
                %722 = vector.bitcast %721 : vector<16xi16> to vector<8xi32>
                %723 = arith.constant dense<-65536> : vector<8xi32>
                %724 = arith.andi %722, %723 : vector<8xi32>
                %725 = arith.bitcast %724 : vector<8xi32> to vector<8xf32>
                %726 = arith.addi %718, %4 : i64
                %727 = llvm.getelementptr %18[%726] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %728 = llvm.load %727 {alignment = 2 : i64} : !llvm.ptr -> i16
                %729 = vector.broadcast %728 : i16 to vector<16xi16>
                %730 = vector.bitcast %729 : vector<16xi16> to vector<8xi32>
                %731 = arith.andi %730, %723 : vector<8xi32>
                %732 = arith.bitcast %731 : vector<8xi32> to vector<8xf32>
                %733 = arith.addi %718, %8 : i64
                %734 = llvm.getelementptr %18[%733] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %735 = llvm.load %734 {alignment = 2 : i64} : !llvm.ptr -> i16
                %736 = vector.broadcast %735 : i16 to vector<16xi16>
                %737 = vector.bitcast %736 : vector<16xi16> to vector<8xi32>
                %738 = arith.andi %737, %723 : vector<8xi32>
                %739 = arith.bitcast %738 : vector<8xi32> to vector<8xf32>
                %740 = arith.addi %718, %11 : i64
                %741 = llvm.getelementptr %18[%740] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %742 = llvm.load %741 {alignment = 2 : i64} : !llvm.ptr -> i16
                %743 = vector.broadcast %742 : i16 to vector<16xi16>
                %744 = vector.bitcast %743 : vector<16xi16> to vector<8xi32>
                %745 = arith.andi %744, %723 : vector<8xi32>
                %746 = arith.bitcast %745 : vector<8xi32> to vector<8xf32>
                %747 = arith.addi %718, %15 : i64
                %748 = llvm.getelementptr %18[%747] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %749 = llvm.load %748 {alignment = 2 : i64} : !llvm.ptr -> i16
                %750 = vector.broadcast %749 : i16 to vector<16xi16>
                %751 = vector.bitcast %750 : vector<16xi16> to vector<8xi32>
                %752 = arith.andi %751, %723 : vector<8xi32>
                %753 = arith.bitcast %752 : vector<8xi32> to vector<8xf32>
                %754 = arith.addi %718, %19 : i64
                %755 = llvm.getelementptr %18[%754] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %756 = llvm.load %755 {alignment = 2 : i64} : !llvm.ptr -> i16
                %757 = vector.broadcast %756 : i16 to vector<16xi16>
                %758 = vector.bitcast %757 : vector<16xi16> to vector<8xi32>
                %759 = arith.andi %758, %723 : vector<8xi32>
                %760 = arith.bitcast %759 : vector<8xi32> to vector<8xf32>
                %761 = arith.addi %718, %23 : i64
                %762 = llvm.getelementptr %18[%761] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %763 = llvm.load %762 {alignment = 2 : i64} : !llvm.ptr -> i16
                %764 = vector.broadcast %763 : i16 to vector<16xi16>
                %765 = vector.bitcast %764 : vector<16xi16> to vector<8xi32>
                %766 = arith.andi %765, %723 : vector<8xi32>
                %767 = arith.bitcast %766 : vector<8xi32> to vector<8xf32>
                %768 = arith.addi %718, %27 : i64
                %769 = llvm.getelementptr %18[%768] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %770 = llvm.load %769 {alignment = 2 : i64} : !llvm.ptr -> i16
                %771 = vector.broadcast %770 : i16 to vector<16xi16>
                %772 = vector.bitcast %771 : vector<16xi16> to vector<8xi32>
                %773 = arith.andi %772, %723 : vector<8xi32>
                %774 = arith.bitcast %773 : vector<8xi32> to vector<8xf32>
                %775 = arith.muli %717, %31 : i64
                %776 = llvm.getelementptr %702[%775] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %777 = llvm.load %776 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %778 = vector.fma %725, %777, %706 : vector<8xf32>
                %779 = vector.fma %732, %777, %707 : vector<8xf32>
                %780 = vector.fma %739, %777, %708 : vector<8xf32>
                %781 = vector.fma %746, %777, %709 : vector<8xf32>
                %782 = vector.fma %753, %777, %710 : vector<8xf32>
                %783 = vector.fma %760, %777, %711 : vector<8xf32>
                %784 = vector.fma %767, %777, %712 : vector<8xf32>
                %785 = vector.fma %774, %777, %713 : vector<8xf32>
                scf.yield %778, %779, %780, %781, %782, %783, %784, %785 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
              }
              scf.yield %714#0, %714#1, %714#2, %714#3, %714#4, %714#5, %714#6, %714#7 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
            } else {
              %796:9 = scf.for %786 = %0 to %44 step %4 iter_args(%787 = %229, %788 = %254, %789 = %260, %790 = %266, %791 = %272, %792 = %278, %793 = %284, %794 = %290, %795 = %296) -> (i64, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
                %797 = arith.addi %234, %249 : i64
                %798 = arith.minsi %787, %797 : i64
                %799 = arith.maxsi %798, %0 : i64
                %800 = arith.cmpi slt, %787, %234 : i64
                %801 = llvm.getelementptr %22[%799] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %802 = llvm.load %801 {alignment = 2 : i64} : !llvm.ptr -> i16
                %803 = arith.extui %802 : i16 to i64
                %804 = arith.cmpi eq, %803, %786 : i64
                %805 = arith.andi %800, %804 : i1
                %806 = arith.muli %799, %31 : i64
                %807 = llvm.getelementptr %18[%806] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %808 = llvm.load %807 {alignment = 2 : i64} : !llvm.ptr -> i16
                %809 = vector.broadcast %808 : i16 to vector<16xi16>
                %810 = vector.bitcast %809 : vector<16xi16> to vector<8xi32>
                %811 = arith.constant dense<-65536> : vector<8xi32>
                %812 = arith.andi %810, %811 : vector<8xi32>
                %813 = arith.bitcast %812 : vector<8xi32> to vector<8xf32>
                %814 = arith.addi %806, %4 : i64
                %815 = llvm.getelementptr %18[%814] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %816 = llvm.load %815 {alignment = 2 : i64} : !llvm.ptr -> i16
                %817 = vector.broadcast %816 : i16 to vector<16xi16>
                %818 = vector.bitcast %817 : vector<16xi16> to vector<8xi32>
                %819 = arith.andi %818, %811 : vector<8xi32>
                %820 = arith.bitcast %819 : vector<8xi32> to vector<8xf32>
                %821 = arith.addi %806, %8 : i64
                %822 = llvm.getelementptr %18[%821] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %823 = llvm.load %822 {alignment = 2 : i64} : !llvm.ptr -> i16
                %824 = vector.broadcast %823 : i16 to vector<16xi16>
                %825 = vector.bitcast %824 : vector<16xi16> to vector<8xi32>
                %826 = arith.andi %825, %811 : vector<8xi32>
                %827 = arith.bitcast %826 : vector<8xi32> to vector<8xf32>
                %828 = arith.addi %806, %11 : i64
                %829 = llvm.getelementptr %18[%828] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %830 = llvm.load %829 {alignment = 2 : i64} : !llvm.ptr -> i16
                %831 = vector.broadcast %830 : i16 to vector<16xi16>
                %832 = vector.bitcast %831 : vector<16xi16> to vector<8xi32>
                %833 = arith.andi %832, %811 : vector<8xi32>
                %834 = arith.bitcast %833 : vector<8xi32> to vector<8xf32>
                %835 = arith.addi %806, %15 : i64
                %836 = llvm.getelementptr %18[%835] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %837 = llvm.load %836 {alignment = 2 : i64} : !llvm.ptr -> i16
                %838 = vector.broadcast %837 : i16 to vector<16xi16>
                %839 = vector.bitcast %838 : vector<16xi16> to vector<8xi32>
                %840 = arith.andi %839, %811 : vector<8xi32>
                %841 = arith.bitcast %840 : vector<8xi32> to vector<8xf32>
                %842 = arith.addi %806, %19 : i64
                %843 = llvm.getelementptr %18[%842] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %844 = llvm.load %843 {alignment = 2 : i64} : !llvm.ptr -> i16
                %845 = vector.broadcast %844 : i16 to vector<16xi16>
                %846 = vector.bitcast %845 : vector<16xi16> to vector<8xi32>
                %847 = arith.andi %846, %811 : vector<8xi32>
                %848 = arith.bitcast %847 : vector<8xi32> to vector<8xf32>
                %849 = arith.addi %806, %23 : i64
                %850 = llvm.getelementptr %18[%849] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %851 = llvm.load %850 {alignment = 2 : i64} : !llvm.ptr -> i16
                %852 = vector.broadcast %851 : i16 to vector<16xi16>
                %853 = vector.bitcast %852 : vector<16xi16> to vector<8xi32>
                %854 = arith.andi %853, %811 : vector<8xi32>
                %855 = arith.bitcast %854 : vector<8xi32> to vector<8xf32>
                %856 = arith.addi %806, %27 : i64
                %857 = llvm.getelementptr %18[%856] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %858 = llvm.load %857 {alignment = 2 : i64} : !llvm.ptr -> i16
                %859 = vector.broadcast %858 : i16 to vector<16xi16>
                %860 = vector.bitcast %859 : vector<16xi16> to vector<8xi32>
                %861 = arith.andi %860, %811 : vector<8xi32>
                %862 = arith.bitcast %861 : vector<8xi32> to vector<8xf32>
                %863 = arith.select %805, %813, %180 : vector<8xf32>
                %864 = arith.select %805, %820, %180 : vector<8xf32>
                %865 = arith.select %805, %827, %180 : vector<8xf32>
                %866 = arith.select %805, %834, %180 : vector<8xf32>
                %867 = arith.select %805, %841, %180 : vector<8xf32>
                %868 = arith.select %805, %848, %180 : vector<8xf32>
                %869 = arith.select %805, %855, %180 : vector<8xf32>
                %870 = arith.select %805, %862, %180 : vector<8xf32>
                %871 = arith.extui %805 : i1 to i64
                %872 = arith.addi %787, %871 : i64
                %873 = arith.muli %786, %31 : i64
                %874 = llvm.getelementptr %702[%873] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %875 = llvm.load %874 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %876 = vector.fma %863, %875, %788 : vector<8xf32>
                %877 = vector.fma %864, %875, %789 : vector<8xf32>
                %878 = vector.fma %865, %875, %790 : vector<8xf32>
                %879 = vector.fma %866, %875, %791 : vector<8xf32>
                %880 = vector.fma %867, %875, %792 : vector<8xf32>
                %881 = vector.fma %868, %875, %793 : vector<8xf32>
                %882 = vector.fma %869, %875, %794 : vector<8xf32>
                %883 = vector.fma %870, %875, %795 : vector<8xf32>
                scf.yield %872, %876, %877, %878, %879, %880, %881, %882, %883 : i64, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
              }
              scf.yield %796#1, %796#2, %796#3, %796#4, %796#5, %796#6, %796#7, %796#8 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
            }
            %884 = vector.shuffle %704#0, %704#4 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %885 = vector.shuffle %704#0, %704#4 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %886 = vector.shuffle %704#1, %704#5 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %887 = vector.shuffle %704#1, %704#5 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %888 = vector.shuffle %704#2, %704#6 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %889 = vector.shuffle %704#2, %704#6 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %890 = vector.shuffle %704#3, %704#7 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %891 = vector.shuffle %704#3, %704#7 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %892 = vector.shuffle %884, %888 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %893 = vector.shuffle %884, %888 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %894 = vector.shuffle %885, %889 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %895 = vector.shuffle %885, %889 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %896 = vector.shuffle %886, %890 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %897 = vector.shuffle %886, %890 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %898 = vector.shuffle %887, %891 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %899 = vector.shuffle %887, %891 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %900 = vector.shuffle %892, %896 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %901 = vector.shuffle %892, %896 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %902 = vector.shuffle %893, %897 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %903 = vector.shuffle %893, %897 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %904 = vector.shuffle %894, %898 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %905 = vector.shuffle %894, %898 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %906 = vector.shuffle %895, %899 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xf32>, vector<8xf32>
            %907 = vector.shuffle %895, %899 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
            %908 = arith.cmpi sge, %248, %31 : i64
            %909 = arith.muli %693, %68 : i64
            %910 = arith.addi %909, %241 : i64
            %911 = llvm.getelementptr %170[%910] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %912 = arith.muli %693, %74 : i64
            %913 = arith.addi %912, %241 : i64
            %914 = llvm.getelementptr %172[%913] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            scf.if %908 {
              %915 = llvm.getelementptr %914[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %916 = llvm.load %915 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
              %917 = arith.addf %900, %916 : vector<8xf32>
              %918 = llvm.call @relu_8(%917) : (vector<8xf32>) -> vector<8xf32>
              %919 = llvm.getelementptr %911[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %918, %919 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
            }
            %920 = arith.cmpi slt, %248, %31 : i64
            scf.if %920 {
              %921 = arith.subi %248, %0 : i64
              %922 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
              %923 = vector.broadcast %921 : i64 to vector<8xi64>
              %924 = arith.cmpi slt, %922, %923 : vector<8xi64>
              %925 = llvm.getelementptr %914[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %926 = llvm.intr.masked.load %925, %924, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
              %927 = arith.addf %900, %926 : vector<8xf32>
              %928 = llvm.call @relu_8(%927) : (vector<8xf32>) -> vector<8xf32>
              %929 = llvm.getelementptr %911[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %928, %929, %924 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
            }
            %930 = arith.cmpi sgt, %695, %4 : i64
            scf.if %930 {
              %931 = arith.addi %693, %4 : i64
              %932 = arith.muli %931, %68 : i64
              %933 = arith.addi %932, %241 : i64
              %934 = llvm.getelementptr %170[%933] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %935 = arith.muli %931, %74 : i64
              %936 = arith.addi %935, %241 : i64
              %937 = llvm.getelementptr %172[%936] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              scf.if %908 {
                %938 = llvm.getelementptr %937[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %939 = llvm.load %938 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %940 = arith.addf %901, %939 : vector<8xf32>
                %941 = llvm.call @relu_8(%940) : (vector<8xf32>) -> vector<8xf32>
                %942 = llvm.getelementptr %934[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                llvm.store %941, %942 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              }
              %943 = arith.cmpi slt, %248, %31 : i64
              scf.if %943 {
                %944 = arith.subi %248, %0 : i64
                %945 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
                %946 = vector.broadcast %944 : i64 to vector<8xi64>
                %947 = arith.cmpi slt, %945, %946 : vector<8xi64>
                %948 = llvm.getelementptr %937[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %949 = llvm.intr.masked.load %948, %947, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
                %950 = arith.addf %901, %949 : vector<8xf32>
                %951 = llvm.call @relu_8(%950) : (vector<8xf32>) -> vector<8xf32>
                %952 = llvm.getelementptr %934[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                llvm.intr.masked.store %951, %952, %947 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
              }
            }
            %953 = arith.cmpi sgt, %695, %8 : i64
            scf.if %953 {
              %954 = arith.addi %693, %8 : i64
              %955 = arith.muli %954, %68 : i64
              %956 = arith.addi %955, %241 : i64
              %957 = llvm.getelementptr %170[%956] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %958 = arith.muli %954, %74 : i64
              %959 = arith.addi %958, %241 : i64
              %960 = llvm.getelementptr %172[%959] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              scf.if %908 {
                %961 = llvm.getelementptr %960[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %962 = llvm.load %961 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %963 = arith.addf %902, %962 : vector<8xf32>
                %964 = llvm.call @relu_8(%963) : (vector<8xf32>) -> vector<8xf32>
                %965 = llvm.getelementptr %957[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                llvm.store %964, %965 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              }
              %966 = arith.cmpi slt, %248, %31 : i64
              scf.if %966 {
                %967 = arith.subi %248, %0 : i64
                %968 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
                %969 = vector.broadcast %967 : i64 to vector<8xi64>
                %970 = arith.cmpi slt, %968, %969 : vector<8xi64>
                %971 = llvm.getelementptr %960[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %972 = llvm.intr.masked.load %971, %970, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
                %973 = arith.addf %902, %972 : vector<8xf32>
                %974 = llvm.call @relu_8(%973) : (vector<8xf32>) -> vector<8xf32>
                %975 = llvm.getelementptr %957[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                llvm.intr.masked.store %974, %975, %970 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
              }
            }
            %976 = arith.cmpi sgt, %695, %11 : i64
            scf.if %976 {
              %977 = arith.addi %693, %11 : i64
              %978 = arith.muli %977, %68 : i64
              %979 = arith.addi %978, %241 : i64
              %980 = llvm.getelementptr %170[%979] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %981 = arith.muli %977, %74 : i64
              %982 = arith.addi %981, %241 : i64
              %983 = llvm.getelementptr %172[%982] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              scf.if %908 {
                %984 = llvm.getelementptr %983[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %985 = llvm.load %984 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %986 = arith.addf %903, %985 : vector<8xf32>
                %987 = llvm.call @relu_8(%986) : (vector<8xf32>) -> vector<8xf32>
                %988 = llvm.getelementptr %980[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                llvm.store %987, %988 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              }
              %989 = arith.cmpi slt, %248, %31 : i64
              scf.if %989 {
                %990 = arith.subi %248, %0 : i64
                %991 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
                %992 = vector.broadcast %990 : i64 to vector<8xi64>
                %993 = arith.cmpi slt, %991, %992 : vector<8xi64>
                %994 = llvm.getelementptr %983[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %995 = llvm.intr.masked.load %994, %993, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
                %996 = arith.addf %903, %995 : vector<8xf32>
                %997 = llvm.call @relu_8(%996) : (vector<8xf32>) -> vector<8xf32>
                %998 = llvm.getelementptr %980[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                llvm.intr.masked.store %997, %998, %993 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
              }
            }
            %999 = arith.cmpi sgt, %695, %15 : i64
            scf.if %999 {
              %1000 = arith.addi %693, %15 : i64
              %1001 = arith.muli %1000, %68 : i64
              %1002 = arith.addi %1001, %241 : i64
              %1003 = llvm.getelementptr %170[%1002] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1004 = arith.muli %1000, %74 : i64
              %1005 = arith.addi %1004, %241 : i64
              %1006 = llvm.getelementptr %172[%1005] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              scf.if %908 {
                %1007 = llvm.getelementptr %1006[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1008 = llvm.load %1007 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %1009 = arith.addf %904, %1008 : vector<8xf32>
                %1010 = llvm.call @relu_8(%1009) : (vector<8xf32>) -> vector<8xf32>
                %1011 = llvm.getelementptr %1003[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                llvm.store %1010, %1011 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              }
              %1012 = arith.cmpi slt, %248, %31 : i64
              scf.if %1012 {
                %1013 = arith.subi %248, %0 : i64
                %1014 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
                %1015 = vector.broadcast %1013 : i64 to vector<8xi64>
                %1016 = arith.cmpi slt, %1014, %1015 : vector<8xi64>
                %1017 = llvm.getelementptr %1006[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1018 = llvm.intr.masked.load %1017, %1016, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
                %1019 = arith.addf %904, %1018 : vector<8xf32>
                %1020 = llvm.call @relu_8(%1019) : (vector<8xf32>) -> vector<8xf32>
                %1021 = llvm.getelementptr %1003[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                llvm.intr.masked.store %1020, %1021, %1016 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
              }
            }
            %1022 = arith.cmpi sgt, %695, %19 : i64
            scf.if %1022 {
              %1023 = arith.addi %693, %19 : i64
              %1024 = arith.muli %1023, %68 : i64
              %1025 = arith.addi %1024, %241 : i64
              %1026 = llvm.getelementptr %170[%1025] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1027 = arith.muli %1023, %74 : i64
              %1028 = arith.addi %1027, %241 : i64
              %1029 = llvm.getelementptr %172[%1028] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              scf.if %908 {
                %1030 = llvm.getelementptr %1029[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1031 = llvm.load %1030 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %1032 = arith.addf %905, %1031 : vector<8xf32>
                %1033 = llvm.call @relu_8(%1032) : (vector<8xf32>) -> vector<8xf32>
                %1034 = llvm.getelementptr %1026[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                llvm.store %1033, %1034 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              }
              %1035 = arith.cmpi slt, %248, %31 : i64
              scf.if %1035 {
                %1036 = arith.subi %248, %0 : i64
                %1037 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
                %1038 = vector.broadcast %1036 : i64 to vector<8xi64>
                %1039 = arith.cmpi slt, %1037, %1038 : vector<8xi64>
                %1040 = llvm.getelementptr %1029[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1041 = llvm.intr.masked.load %1040, %1039, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
                %1042 = arith.addf %905, %1041 : vector<8xf32>
                %1043 = llvm.call @relu_8(%1042) : (vector<8xf32>) -> vector<8xf32>
                %1044 = llvm.getelementptr %1026[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                llvm.intr.masked.store %1043, %1044, %1039 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
              }
            }
            %1045 = arith.cmpi sgt, %695, %23 : i64
            scf.if %1045 {
              %1046 = arith.addi %693, %23 : i64
              %1047 = arith.muli %1046, %68 : i64
              %1048 = arith.addi %1047, %241 : i64
              %1049 = llvm.getelementptr %170[%1048] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1050 = arith.muli %1046, %74 : i64
              %1051 = arith.addi %1050, %241 : i64
              %1052 = llvm.getelementptr %172[%1051] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              scf.if %908 {
                %1053 = llvm.getelementptr %1052[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1054 = llvm.load %1053 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %1055 = arith.addf %906, %1054 : vector<8xf32>
                %1056 = llvm.call @relu_8(%1055) : (vector<8xf32>) -> vector<8xf32>
                %1057 = llvm.getelementptr %1049[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                llvm.store %1056, %1057 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              }
              %1058 = arith.cmpi slt, %248, %31 : i64
              scf.if %1058 {
                %1059 = arith.subi %248, %0 : i64
                %1060 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
                %1061 = vector.broadcast %1059 : i64 to vector<8xi64>
                %1062 = arith.cmpi slt, %1060, %1061 : vector<8xi64>
                %1063 = llvm.getelementptr %1052[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1064 = llvm.intr.masked.load %1063, %1062, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
                %1065 = arith.addf %906, %1064 : vector<8xf32>
                %1066 = llvm.call @relu_8(%1065) : (vector<8xf32>) -> vector<8xf32>
                %1067 = llvm.getelementptr %1049[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                llvm.intr.masked.store %1066, %1067, %1062 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
              }
            }
            %1068 = arith.cmpi sgt, %695, %27 : i64
            scf.if %1068 {
              %1069 = arith.addi %693, %27 : i64
              %1070 = arith.muli %1069, %68 : i64
              %1071 = arith.addi %1070, %241 : i64
              %1072 = llvm.getelementptr %170[%1071] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1073 = arith.muli %1069, %74 : i64
              %1074 = arith.addi %1073, %241 : i64
              %1075 = llvm.getelementptr %172[%1074] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              scf.if %908 {
                %1076 = llvm.getelementptr %1075[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1077 = llvm.load %1076 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %1078 = arith.addf %907, %1077 : vector<8xf32>
                %1079 = llvm.call @relu_8(%1078) : (vector<8xf32>) -> vector<8xf32>
                %1080 = llvm.getelementptr %1072[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                llvm.store %1079, %1080 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              }
              %1081 = arith.cmpi slt, %248, %31 : i64
              scf.if %1081 {
                %1082 = arith.subi %248, %0 : i64
                %1083 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
                %1084 = vector.broadcast %1082 : i64 to vector<8xi64>
                %1085 = arith.cmpi slt, %1083, %1084 : vector<8xi64>
                %1086 = llvm.getelementptr %1075[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1087 = llvm.intr.masked.load %1086, %1085, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
                %1088 = arith.addf %907, %1087 : vector<8xf32>
                %1089 = llvm.call @relu_8(%1088) : (vector<8xf32>) -> vector<8xf32>
                %1090 = llvm.getelementptr %1072[%0] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                llvm.intr.masked.store %1089, %1090, %1085 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
              }
            }
          }
        }
      }
    }
    llvm.return
  }
  llvm.func @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu_team(%arg0: !llvm.ptr) {
    %1091 = arith.constant 0 : i64
    %1092 = llvm.getelementptr %arg0[%1091] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %1093 = llvm.load %1092 {alignment = 8 : i64} : !llvm.ptr -> i64
    %1094 = llvm.inttoptr %1093 : i64 to !llvm.ptr
    %1095 = arith.constant 1 : i64
    %1096 = llvm.getelementptr %arg0[%1095] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %1097 = llvm.load %1096 {alignment = 8 : i64} : !llvm.ptr -> i64
    %1098 = llvm.inttoptr %1097 : i64 to !llvm.ptr
    %1099 = arith.constant 2 : i64
    %1100 = llvm.getelementptr %arg0[%1099] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %1101 = llvm.load %1100 {alignment = 8 : i64} : !llvm.ptr -> i64
    %1102 = llvm.call %1094() : !llvm.ptr, () -> i32
    %1103 = arith.extsi %1102 : i32 to i64
    %1104 = llvm.call %1098() : !llvm.ptr, () -> i32
    %1105 = arith.extsi %1104 : i32 to i64
    scf.for %1106 = %1103 to %1101 step %1105 : i64 {
      llvm.call @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu(%arg0, %1106) : (!llvm.ptr, i64) -> ()
    }
    llvm.return
  }
  llvm.func @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu_entries(%arg0: !llvm.ptr) {
    %1108 = llvm.mlir.addressof @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu : !llvm.ptr
    %1109 = arith.constant 0 : i64
    %1110 = llvm.getelementptr %arg0[%1109] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %1108, %1110 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %1111 = llvm.mlir.addressof @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu_team : !llvm.ptr
    %1112 = arith.constant 1 : i64
    %1113 = llvm.getelementptr %arg0[%1112] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %1111, %1113 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
  llvm.func internal @relu_8(%arg0: vector<8xf32>) -> vector<8xf32> {
    %1114 = arith.constant dense<0.000000000e+00> : vector<8xf32>
    %1115 = arith.maximumf %arg0, %1114 : vector<8xf32>
    llvm.return %1115 : vector<8xf32>
  }
}
