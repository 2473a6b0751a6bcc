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
    %101 = arith.constant 1024 : i64
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
        %184 = arith.ceildivsi %183, %31 : i64
        %185 = arith.divui %184, %4 : i64
        %186 = arith.muli %185, %31 : i64
        %187 = arith.addi %178, %186 : i64
        %188 = arith.subi %184, %185 : i64
        %191 = scf.for %189 = %178 to %187 step %31 iter_args(%190 = %182) -> (vector<8xf32>) : i64 {
          %192 = arith.muli %52, %31 : i64
          %193 = arith.divui %189, %31 : i64
          %194 = arith.muli %193, %192 : i64
          %195 = llvm.getelementptr %170[%194] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %198 = scf.for %196 = %0 to %52 step %4 iter_args(%197 = %190) -> (vector<8xf32>) : i64 {
            %199 = arith.muli %196, %31 : i64
            %200 = llvm.getelementptr %195[%199] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %201 = llvm.load %200 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
            %202 = vector.fma %201, %182, %197 : vector<8xf32>
            scf.yield %202 : vector<8xf32>
          }
          scf.yield %198 : vector<8xf32>
        }
        %203 = vector.reduction <add>, %191 : vector<8xf32> into f32
        %204 = arith.constant 0.000000000e+00 : f32
        %205 = arith.cmpf ord, %203, %204 : f32
        scf.for %206 = %118#0 to %143#0 step %59 : i64 {
          %208 = arith.addi %206, %59 : i64
          %209 = arith.minsi %208, %143#0 : i64
          %210 = arith.muli %97, %58 : i64
          %211 = arith.addi %206, %210 : i64
          %212 = arith.muli %211, %8 : i64
          %213 = arith.addi %212, %4 : i64
          %214 = llvm.getelementptr %30[%213] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %215 = llvm.load %214 {alignment = 4 : i64} : !llvm.ptr -> i32
          %216 = arith.extsi %215 : i32 to i64
          %217 = arith.addi %211, %4 : i64
          %218 = arith.muli %217, %8 : i64
          %219 = arith.addi %218, %4 : i64
          %220 = llvm.getelementptr %30[%219] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %221 = llvm.load %220 {alignment = 4 : i64} : !llvm.ptr -> i32
          %222 = arith.extsi %221 : i32 to i64
          %223 = arith.subi %222, %216 : i64
          %224 = arith.subi %181, %178 : i64
          %225 = arith.ceildivsi %224, %31 : i64
          %226 = arith.divui %225, %4 : i64
          %227 = arith.muli %226, %31 : i64
          %228 = arith.addi %178, %227 : i64
          %229 = arith.subi %225, %226 : i64
          scf.for %230 = %178 to %228 step %31 : i64 {
            %232 = arith.subi %181, %230 : i64
            %233 = arith.minsi %232, %31 : i64
            %234 = arith.muli %52, %31 : i64
            %235 = arith.divui %230, %31 : i64
            %236 = arith.muli %235, %234 : i64
            %237 = llvm.getelementptr %170[%236] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            scf.for %238 = %206 to %209 step %4 : i64 {
              %240 = arith.subi %238, %206 : i64
              %241 = arith.muli %230, %76 : i64
              %242 = arith.addi %241, %216 : i64
              %243 = llvm.getelementptr %172[%242] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %244 = arith.muli %240, %15 : i64
              %245 = arith.divui %244, %31 : i64
              %246 = arith.remui %244, %31 : i64
              %247 = arith.muli %245, %76 : i64
              %248 = arith.muli %246, %59 : i64
              %249 = arith.addi %247, %248 : i64
              %250 = llvm.getelementptr %243[%249] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              "llvm.intr.prefetch"(%250) <{cache = 1 : i32, hint = 2 : i32, rw = 0 : i32}> : (!llvm.ptr) -> ()
              %251 = arith.muli %240, %15 : i64
              %252 = arith.addi %251, %4 : i64
              %253 = arith.divui %252, %31 : i64
              %254 = arith.remui %252, %31 : i64
              %255 = arith.muli %253, %76 : i64
              %256 = arith.muli %254, %59 : i64
              %257 = arith.addi %255, %256 : i64
              %258 = llvm.getelementptr %243[%257] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              "llvm.intr.prefetch"(%258) <{cache = 1 : i32, hint = 2 : i32, rw = 0 : i32}> : (!llvm.ptr) -> ()
              %259 = arith.muli %240, %15 : i64
              %260 = arith.addi %259, %8 : i64
              %261 = arith.divui %260, %31 : i64
              %262 = arith.remui %260, %31 : i64
              %263 = arith.muli %261, %76 : i64
              %264 = arith.muli %262, %59 : i64
              %265 = arith.addi %263, %264 : i64
              %266 = llvm.getelementptr %243[%265] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              "llvm.intr.prefetch"(%266) <{cache = 1 : i32, hint = 2 : i32, rw = 0 : i32}> : (!llvm.ptr) -> ()
              %267 = arith.muli %240, %15 : i64
              %268 = arith.addi %267, %11 : i64
              %269 = arith.divui %268, %31 : i64
              %270 = arith.remui %268, %31 : i64
              %271 = arith.muli %269, %76 : i64
              %272 = arith.muli %270, %59 : i64
              %273 = arith.addi %271, %272 : i64
              %274 = llvm.getelementptr %243[%273] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              "llvm.intr.prefetch"(%274) <{cache = 1 : i32, hint = 2 : i32, rw = 0 : i32}> : (!llvm.ptr) -> ()
              %275 = arith.muli %97, %58 : i64
              %276 = arith.addi %238, %275 : i64
              %277 = arith.muli %276, %8 : i64
              %278 = arith.addi %277, %4 : i64
              %279 = llvm.getelementptr %30[%278] : (!llvm.ptr, i64) -> !llvm.ptr, i32
              %280 = llvm.load %279 {alignment = 4 : i64} : !llvm.ptr -> i32
              %281 = arith.extsi %280 : i32 to i64
              %282 = arith.addi %276, %4 : i64
              %283 = arith.muli %282, %8 : i64
              %284 = arith.addi %283, %4 : i64
              %285 = llvm.getelementptr %30[%284] : (!llvm.ptr, i64) -> !llvm.ptr, i32
              %286 = llvm.load %285 {alignment = 4 : i64} : !llvm.ptr -> i32
              %287 = arith.extsi %286 : i32 to i64
              %288 = arith.subi %287, %281 : i64
              %289 = arith.constant -1 : i64
              %290 = arith.addi %55, %289 : i64
              %291 = arith.minsi %281, %290 : i64
              %292 = llvm.getelementptr %34[%291] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %293 = llvm.load %292 {alignment = 4 : i64} : !llvm.ptr -> f32
              %294 = vector.broadcast %293 : f32 to vector<8xf32>
              %295 = arith.addi %281, %4 : i64
              %296 = arith.addi %55, %289 : i64
              %297 = arith.minsi %295, %296 : i64
              %298 = llvm.getelementptr %34[%297] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %299 = llvm.load %298 {alignment = 4 : i64} : !llvm.ptr -> f32
              %300 = vector.broadcast %299 : f32 to vector<8xf32>
              %301 = arith.addi %281, %8 : i64
              %302 = arith.addi %55, %289 : i64
              %303 = arith.minsi %301, %302 : i64
              %304 = llvm.getelementptr %34[%303] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %305 = llvm.load %304 {alignment = 4 : i64} : !llvm.ptr -> f32
              %306 = vector.broadcast %305 : f32 to vector<8xf32>
              %307 = arith.addi %281, %11 : i64
              %308 = arith.addi %55, %289 : i64
              %309 = arith.minsi %307, %308 : i64
              %310 = llvm.getelementptr %34[%309] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %311 = llvm.load %310 {alignment = 4 : i64} : !llvm.ptr -> f32
              %312 = vector.broadcast %311 : f32 to vector<8xf32>
              %313 = arith.addi %281, %15 : i64
              %314 = arith.addi %55, %289 : i64
              %315 = arith.minsi %313, %314 : i64
              %316 = llvm.getelementptr %34[%315] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %317 = llvm.load %316 {alignment = 4 : i64} : !llvm.ptr -> f32
              %318 = vector.broadcast %317 : f32 to vector<8xf32>
              %319 = arith.addi %281, %19 : i64
              %320 = arith.addi %55, %289 : i64
              %321 = arith.minsi %319, %320 : i64
              %322 = llvm.getelementptr %34[%321] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %323 = llvm.load %322 {alignment = 4 : i64} : !llvm.ptr -> f32
              %324 = vector.broadcast %323 : f32 to vector<8xf32>
              %325 = arith.addi %281, %23 : i64
              %326 = arith.addi %55, %289 : i64
              %327 = arith.minsi %325, %326 : i64
              %328 = llvm.getelementptr %34[%327] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %329 = llvm.load %328 {alignment = 4 : i64} : !llvm.ptr -> f32
              %330 = vector.broadcast %329 : f32 to vector<8xf32>
              %331 = arith.addi %281, %27 : i64
              %332 = arith.addi %55, %289 : i64
              %333 = arith.minsi %331, %332 : i64
              %334 = llvm.getelementptr %34[%333] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %335 = llvm.load %334 {alignment = 4 : i64} : !llvm.ptr -> f32
              %336 = vector.broadcast %335 : f32 to vector<8xf32>
              %337 = arith.muli %238, %8 : i64
              %338 = llvm.getelementptr %30[%337] : (!llvm.ptr, i64) -> !llvm.ptr, i32
              %339 = llvm.load %338 {alignment = 4 : i64} : !llvm.ptr -> i32
              %340 = arith.extsi %339 : i32 to i64
              %341 = arith.addi %238, %4 : i64
              %342 = arith.muli %341, %8 : i64
              %343 = llvm.getelementptr %30[%342] : (!llvm.ptr, i64) -> !llvm.ptr, i32
              %344 = llvm.load %343 {alignment = 4 : i64} : !llvm.ptr -> i32
              %345 = arith.extsi %344 : i32 to i64
              %346:8 = scf.if %205 -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) {
                %356:8 = scf.for %347 = %340 to %345 step %4 iter_args(%348 = %294, %349 = %300, %350 = %306, %351 = %312, %352 = %318, %353 = %324, %354 = %330, %355 = %336) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
                  %357 = llvm.getelementptr %26[%347] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %358 = llvm.load %357 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %359 = arith.extui %358 : i16 to i64
                  %360 = arith.muli %347, %31 : i64
                  %361 = llvm.getelementptr %22[%360] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %362 = llvm.load %361 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %363 = vector.broadcast %362 : i16 to vector<16xi16>
                  %364 = vector.bitcast %363 : vector<16xi16> to vector<8xi32>
                  %365 = arith.constant dense<-65536> : vector<8xi32>
                  %366 = arith.andi %364, %365 : vector<8xi32>
                  %367 = arith.bitcast %366 : vector<8xi32> to vector<8xf32>
                  %368 = arith.addi %360, %4 : i64
                  %369 = llvm.getelementptr %22[%368] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %370 = llvm.load %369 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %371 = vector.broadcast %370 : i16 to vector<16xi16>
                  %372 = vector.bitcast %371 : vector<16xi16> to vector<8xi32>
                  %373 = arith.andi %372, %365 : vector<8xi32>
                  %374 = arith.bitcast %373 : vector<8xi32> to vector<8xf32>
                  %375 = arith.addi %360, %8 : i64
                  %376 = llvm.getelementptr %22[%375] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %377 = llvm.load %376 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %378 = vector.broadcast %377 : i16 to vector<16xi16>
                  %379 = vector.bitcast %378 : vector<16xi16> to vector<8xi32>
                  %380 = arith.andi %379, %365 : vector<8xi32>
                  %381 = arith.bitcast %380 : vector<8xi32> to vector<8xf32>
                  %382 = arith.addi %360, %11 : i64
                  %383 = llvm.getelementptr %22[%382] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %384 = llvm.load %383 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %385 = vector.broadcast %384 : i16 to vector<16xi16>
                  %386 = vector.bitcast %385 : vector<16xi16> to vector<8xi32>
                  %387 = arith.andi %386, %365 : vector<8xi32>
                  %388 = arith.bitcast %387 : vector<8xi32> to vector<8xf32>
                  %389 = arith.addi %360, %15 : i64
                  %390 = llvm.getelementptr %22[%389] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %391 = llvm.load %390 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %392 = vector.broadcast %391 : i16 to vector<16xi16>
                  %393 = vector.bitcast %392 : vector<16xi16> to vector<8xi32>
                  %394 = arith.andi %393, %365 : vector<8xi32>
                  %395 = arith.bitcast %394 : vector<8xi32> to vector<8xf32>
                  %396 = arith.addi %360, %19 : i64
                  %397 = llvm.getelementptr %22[%396] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %398 = llvm.load %397 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %399 = vector.broadcast %398 : i16 to vector<16xi16>
                  %400 = vector.bitcast %399 : vector<16xi16> to vector<8xi32>
                  %401 = arith.andi %400, %365 : vector<8xi32>
                  %402 = arith.bitcast %401 : vector<8xi32> to vector<8xf32>
                  %403 = arith.addi %360, %23 : i64
                  %404 = llvm.getelementptr %22[%403] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %405 = llvm.load %404 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %406 = vector.broadcast %405 : i16 to vector<16xi16>
                  %407 = vector.bitcast %406 : vector<16xi16> to vector<8xi32>
                  %408 = arith.andi %407, %365 : vector<8xi32>
                  %409 = arith.bitcast %408 : vector<8xi32> to vector<8xf32>
                  %410 = arith.addi %360, %27 : i64
                  %411 = llvm.getelementptr %22[%410] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %412 = llvm.load %411 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %413 = vector.broadcast %412 : i16 to vector<16xi16>
                  %414 = vector.bitcast %413 : vector<16xi16> to vector<8xi32>
                  %415 = arith.andi %414, %365 : vector<8xi32>
                  %416 = arith.bitcast %415 : vector<8xi32> to vector<8xf32>
                  %417 = arith.muli %359, %31 : i64
                  %418 = llvm.getelementptr %237[%417] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                  %419 = llvm.load %418 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                  %420 = vector.fma %367, %419, %348 : vector<8xf32>
                  %421 = vector.fma %374, %419, %349 : vector<8xf32>
                  %422 = vector.fma %381, %419, %350 : vector<8xf32>
                  %423 = vector.fma %388, %419, %351 : vector<8xf32>
                  %424 = vector.fma %395, %419, %352 : vector<8xf32>
                  %425 = vector.fma %402, %419, %353 : vector<8xf32>
                  %426 = vector.fma %409, %419, %354 : vector<8xf32>
                  %427 = vector.fma %416, %419, %355 : vector<8xf32>
                  scf.yield %420, %421, %422, %423, %424, %425, %426, %427 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
                }
                scf.yield %356#0, %356#1, %356#2, %356#3, %356#4, %356#5, %356#6, %356#7 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
              } else {
                %438:9 = scf.for %428 = %0 to %52 step %4 iter_args(%429 = %340, %430 = %294, %431 = %300, %432 = %306, %433 = %312, %434 = %318, %435 = %324, %436 = %330, %437 = %336) -> (i64, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
                  %439 = arith.addi %345, %289 : i64
                  %440 = arith.minsi %429, %439 : i64
                  %441 = arith.maxsi %440, %0 : i64
                  %442 = arith.cmpi slt, %429, %345 : i64
                  %443 = llvm.getelementptr %26[%441] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %444 = llvm.load %443 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %445 = arith.extui %444 : i16 to i64
                  %446 = arith.cmpi eq, %445, %428 : i64
                  %447 = arith.andi %442, %446 : i1
                  %448 = arith.muli %441, %31 : i64
                  %449 = llvm.getelementptr %22[%448] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %450 = llvm.load %449 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %451 = vector.broadcast %450 : i16 to vector<16xi16>
                  %452 = vector.bitcast %451 : vector<16xi16> to vector<8xi32>
                  %453 = arith.constant dense<-65536> : vector<8xi32>
                  %454 = arith.andi %452, %453 : vector<8xi32>
                  %455 = arith.bitcast %454 : vector<8xi32> to vector<8xf32>
                  %456 = arith.addi %448, %4 : i64
                  %457 = llvm.getelementptr %22[%456] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %458 = llvm.load %457 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %459 = vector.broadcast %458 : i16 to vector<16xi16>
                  %460 = vector.bitcast %459 : vector<16xi16> to vector<8xi32>
                  %461 = arith.andi %460, %453 : vector<8xi32>
                  %462 = arith.bitcast %461 : vector<8xi32> to vector<8xf32>
                  %463 = arith.addi %448, %8 : i64
                  %464 = llvm.getelementptr %22[%463] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %465 = llvm.load %464 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %466 = vector.broadcast %465 : i16 to vector<16xi16>
                  %467 = vector.bitcast %466 : vector<16xi16> to vector<8xi32>
                  %468 = arith.andi %467, %453 : vector<8xi32>
                  %469 = arith.bitcast %468 : vector<8xi32> to vector<8xf32>
                  %470 = arith.addi %448, %11 : i64
                  %471 = llvm.getelementptr %22[%470] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %472 = llvm.load %471 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %473 = vector.broadcast %472 : i16 to vector<16xi16>
                  %474 = vector.bitcast %473 : vector<16xi16> to vector<8xi32>
                  %475 = arith.andi %474, %453 : vector<8xi32>
                  %476 = arith.bitcast %475 : vector<8xi32> to vector<8xf32>
                  %477 = arith.addi %448, %15 : i64
                  %478 = llvm.getelementptr %22[%477] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %479 = llvm.load %478 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %480 = vector.broadcast %479 : i16 to vector<16xi16>
                  %481 = vector.bitcast %480 : vector<16xi16> to vector<8xi32>
                  %482 = arith.andi %481, %453 : vector<8xi32>
                  %483 = arith.bitcast %482 : vector<8xi32> to vector<8xf32>
                  %484 = arith.addi %448, %19 : i64
                  %485 = llvm.getelementptr %22[%484] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %486 = llvm.load %485 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %487 = vector.broadcast %486 : i16 to vector<16xi16>
                  %488 = vector.bitcast %487 : vector<16xi16> to vector<8xi32>
                  %489 = arith.andi %488, %453 : vector<8xi32>
                  %490 = arith.bitcast %489 : vector<8xi32> to vector<8xf32>
                  %491 = arith.addi %448, %23 : i64
                  %492 = llvm.getelementptr %22[%491] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %493 = llvm.load %492 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %494 = vector.broadcast %493 : i16 to vector<16xi16>
                  %495 = vector.bitcast %494 : vector<16xi16> to vector<8xi32>
                  %496 = arith.andi %495, %453 : vector<8xi32>
                  %497 = arith.bitcast %496 : vector<8xi32> to vector<8xf32>
                  %498 = arith.addi %448, %27 : i64
                  %499 = llvm.getelementptr %22[%498] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %500 = llvm.load %499 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %501 = vector.broadcast %500 : i16 to vector<16xi16>
                  %502 = vector.bitcast %501 : vector<16xi16> to vector<8xi32>
                  %503 = arith.andi %502, %453 : vector<8xi32>
                  %504 = arith.bitcast %503 : vector<8xi32> to vector<8xf32>
                  %505 = arith.select %447, %455, %182 : vector<8xf32>
                  %506 = arith.select %447, %462, %182 : vector<8xf32>
                  %507 = arith.select %447, %469, %182 : vector<8xf32>
                  %508 = arith.select %447, %476, %182 : vector<8xf32>
                  %509 = arith.select %447, %483, %182 : vector<8xf32>
                  %510 = arith.select %447, %490, %182 : vector<8xf32>
                  %511 = arith.select %447, %497, %182 : vector<8xf32>
                  %512 = arith.select %447, %504, %182 : vector<8xf32>
                  %513 = arith.extui %447 : i1 to i64
                  %514 = arith.addi %429, %513 : i64
                  %515 = arith.muli %428, %31 : i64
                  %516 = llvm.getelementptr %237[%515] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                  %517 = llvm.load %516 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                  %518 = vector.fma %505, %517, %430 : vector<8xf32>
                  %519 = vector.fma %506, %517, %431 : vector<8xf32>
                  %520 = vector.fma %507, %517, %432 : vector<8xf32>
                  %521 = vector.fma %508, %517, %433 : vector<8xf32>
                  %522 = vector.fma %509, %517, %434 : vector<8xf32>
                  %523 = vector.fma %510, %517, %435 : vector<8xf32>
                  %524 = vector.fma %511, %517, %436 : vector<8xf32>
                  %525 = vector.fma %512, %517, %437 : vector<8xf32>
                  scf.yield %514, %518, %519, %520, %521, %522, %523, %524, %525 : i64, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
                }
                scf.yield %438#1, %438#2, %438#3, %438#4, %438#5, %438#6, %438#7, %438#8 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
              }
              %526 = arith.subi %281, %216 : i64
              %527 = arith.muli %526, %31 : i64
              %528 = arith.addi %527, %0 : i64
              %529 = llvm.getelementptr %102[%528] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %346#0, %529 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %530 = arith.addi %526, %4 : i64
              %531 = arith.muli %530, %31 : i64
              %532 = arith.addi %531, %0 : i64
              %533 = llvm.getelementptr %102[%532] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %346#1, %533 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %534 = arith.addi %526, %8 : i64
              %535 = arith.muli %534, %31 : i64
              %536 = arith.addi %535, %0 : i64
              %537 = llvm.getelementptr %102[%536] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %346#2, %537 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %538 = arith.addi %526, %11 : i64
              %539 = arith.muli %538, %31 : i64
              %540 = arith.addi %539, %0 : i64
              %541 = llvm.getelementptr %102[%540] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %346#3, %541 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %542 = arith.addi %526, %15 : i64
              %543 = arith.muli %542, %31 : i64
              %544 = arith.addi %543, %0 : i64
              %545 = llvm.getelementptr %102[%544] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %346#4, %545 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %546 = arith.addi %526, %19 : i64
              %547 = arith.muli %546, %31 : i64
              %548 = arith.addi %547, %0 : i64
              %549 = llvm.getelementptr %102[%548] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %346#5, %549 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %550 = arith.addi %526, %23 : i64
              %551 = arith.muli %550, %31 : i64
              %552 = arith.addi %551, %0 : i64
              %553 = llvm.getelementptr %102[%552] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %346#6, %553 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %554 = arith.addi %526, %27 : i64
              %555 = arith.muli %554, %31 : i64
              %556 = arith.addi %555, %0 : i64
              %557 = llvm.getelementptr %102[%556] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %346#7, %557 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
            }
            %558 = arith.muli %97, %58 : i64
            %559 = arith.addi %206, %558 : i64
            %560 = arith.muli %559, %8 : i64
            %561 = arith.addi %560, %4 : i64
            %562 = llvm.getelementptr %30[%561] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %563 = llvm.load %562 {alignment = 4 : i64} : !llvm.ptr -> i32
            %564 = arith.extsi %563 : i32 to i64
            %565 = arith.addi %559, %4 : i64
            %566 = arith.muli %565, %8 : i64
            %567 = arith.addi %566, %4 : i64
            %568 = llvm.getelementptr %30[%567] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %569 = llvm.load %568 {alignment = 4 : i64} : !llvm.ptr -> i32
            %570 = arith.extsi %569 : i32 to i64
            %571 = arith.subi %570, %564 : i64
            %572 = arith.muli %97, %58 : i64
            %573 = arith.addi %209, %572 : i64
            %574 = arith.muli %573, %8 : i64
            %575 = arith.addi %574, %4 : i64
            %576 = llvm.getelementptr %30[%575] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %577 = llvm.load %576 {alignment = 4 : i64} : !llvm.ptr -> i32
            %578 = arith.extsi %577 : i32 to i64
            %579 = arith.addi %573, %4 : i64
            %580 = arith.muli %579, %8 : i64
            %581 = arith.addi %580, %4 : i64
            %582 = llvm.getelementptr %30[%581] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %583 = llvm.load %582 {alignment = 4 : i64} : !llvm.ptr -> i32
            %584 = arith.extsi %583 : i32 to i64
            %585 = arith.subi %584, %578 : i64
            %586 = arith.subi %578, %564 : i64
            scf.for %587 = %0 to %233 step %31 : i64 {
              scf.for %589 = %0 to %586 step %31 : i64 {
                %591 = arith.muli %589, %31 : i64
                %592 = arith.addi %591, %587 : i64
                %593 = llvm.getelementptr %102[%592] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %594 = arith.addi %589, %4 : i64
                %595 = arith.muli %594, %31 : i64
                %596 = arith.addi %595, %587 : i64
                %597 = llvm.getelementptr %102[%596] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %598 = arith.addi %589, %8 : i64
                %599 = arith.muli %598, %31 : i64
                %600 = arith.addi %599, %587 : i64
                %601 = llvm.getelementptr %102[%600] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %602 = arith.addi %589, %11 : i64
                %603 = arith.muli %602, %31 : i64
                %604 = arith.addi %603, %587 : i64
                %605 = llvm.getelementptr %102[%604] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %606 = arith.addi %589, %15 : i64
                %607 = arith.muli %606, %31 : i64
                %608 = arith.addi %607, %587 : i64
                %609 = llvm.getelementptr %102[%608] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %610 = arith.addi %589, %19 : i64
                %611 = arith.muli %610, %31 : i64
                %612 = arith.addi %611, %587 : i64
                %613 = llvm.getelementptr %102[%612] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %614 = arith.addi %589, %23 : i64
                %615 = arith.muli %614, %31 : i64
                %616 = arith.addi %615, %587 : i64
                %617 = llvm.getelementptr %102[%616] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %618 = arith.addi %589, %27 : i64
                %619 = arith.muli %618, %31 : i64
                %620 = arith.addi %619, %587 : i64
                %621 = llvm.getelementptr %102[%620] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %622 = llvm.load %593 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %623 = llvm.load %597 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %624 = llvm.load %601 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %625 = llvm.load %605 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %626 = llvm.load %609 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %627 = llvm.load %613 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %628 = llvm.load %617 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %629 = llvm.load %621 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %630 = vector.shuffle %622, %623 [0, 8, 1, 9, 4, 12, 5, 13] : vector<8xf32>, vector<8xf32>
                %631 = vector.shuffle %622, %623 [2, 10, 3, 11, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
                %632 = vector.shuffle %624, %625 [0, 8, 1, 9, 4, 12, 5, 13] : vector<8xf32>, vector<8xf32>
                %633 = vector.shuffle %624, %625 [2, 10, 3, 11, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
                %634 = vector.shuffle %630, %632 [0, 1, 8, 9, 4, 5, 12, 13] : vector<8xf32>, vector<8xf32>
                %635 = vector.shuffle %630, %632 [2, 3, 10, 11, 6, 7, 14, 15] : vector<8xf32>, vector<8xf32>
                %636 = vector.shuffle %631, %633 [0, 1, 8, 9, 4, 5, 12, 13] : vector<8xf32>, vector<8xf32>
                %637 = vector.shuffle %631, %633 [2, 3, 10, 11, 6, 7, 14, 15] : vector<8xf32>, vector<8xf32>
                %638 = vector.shuffle %626, %627 [0, 8, 1, 9, 4, 12, 5, 13] : vector<8xf32>, vector<8xf32>
                %639 = vector.shuffle %626, %627 [2, 10, 3, 11, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
                %640 = vector.shuffle %628, %629 [0, 8, 1, 9, 4, 12, 5, 13] : vector<8xf32>, vector<8xf32>
                %641 = vector.shuffle %628, %629 [2, 10, 3, 11, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
                %642 = vector.shuffle %638, %640 [0, 1, 8, 9, 4, 5, 12, 13] : vector<8xf32>, vector<8xf32>
                %643 = vector.shuffle %638, %640 [2, 3, 10, 11, 6, 7, 14, 15] : vector<8xf32>, vector<8xf32>
                %644 = vector.shuffle %639, %641 [0, 1, 8, 9, 4, 5, 12, 13] : vector<8xf32>, vector<8xf32>
                %645 = vector.shuffle %639, %641 [2, 3, 10, 11, 6, 7, 14, 15] : vector<8xf32>, vector<8xf32>
                %646 = vector.shuffle %634, %642 [0, 1, 2, 3, 8, 9, 10, 11] : vector<8xf32>, vector<8xf32>
                %647 = vector.shuffle %634, %642 [4, 5, 6, 7, 12, 13, 14, 15] : vector<8xf32>, vector<8xf32>
                %648 = vector.shuffle %635, %643 [0, 1, 2, 3, 8, 9, 10, 11] : vector<8xf32>, vector<8xf32>
                %649 = vector.shuffle %635, %643 [4, 5, 6, 7, 12, 13, 14, 15] : vector<8xf32>, vector<8xf32>
                %650 = vector.shuffle %636, %644 [0, 1, 2, 3, 8, 9, 10, 11] : vector<8xf32>, vector<8xf32>
                %651 = vector.shuffle %636, %644 [4, 5, 6, 7, 12, 13, 14, 15] : vector<8xf32>, vector<8xf32>
                %652 = vector.shuffle %637, %645 [0, 1, 2, 3, 8, 9, 10, 11] : vector<8xf32>, vector<8xf32>
                %653 = vector.shuffle %637, %645 [4, 5, 6, 7, 12, 13, 14, 15] : vector<8xf32>, vector<8xf32>
                llvm.store %646, %593 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
                llvm.store %648, %597 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
                llvm.store %650, %601 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
                llvm.store %652, %605 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
                llvm.store %647, %609 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
                llvm.store %649, %613 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
                llvm.store %651, %617 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
                llvm.store %653, %621 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              }
            }
            %654 = arith.divui %586, %31 : i64
            %655 = arith.muli %654, %31 : i64
            %656 = arith.subi %586, %655 : i64
            %657 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
            %658 = vector.broadcast %656 : i64 to vector<8xi64>
            %659 = arith.cmpi slt, %657, %658 : vector<8xi64>
            scf.for %660 = %0 to %233 step %4 : i64 {
              scf.for %662 = %0 to %655 step %31 : i64 {
                %664 = arith.remui %660, %31 : i64
                %665 = arith.addi %662, %664 : i64
                %666 = arith.subi %660, %664 : i64
                %667 = arith.muli %665, %31 : i64
                %668 = arith.addi %667, %666 : i64
                %669 = llvm.getelementptr %102[%668] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %670 = llvm.load %669 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %671 = arith.addi %230, %660 : i64
                %672 = arith.addi %564, %662 : i64
                %673 = arith.muli %671, %82 : i64
                %674 = arith.addi %673, %672 : i64
                %675 = llvm.getelementptr %174[%674] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %676 = llvm.load %675 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %677 = arith.addf %670, %676 : vector<8xf32>
                %678 = arith.muli %671, %76 : i64
                %679 = arith.addi %678, %672 : i64
                %680 = llvm.call @relu_8(%677) : (vector<8xf32>) -> vector<8xf32>
                %681 = llvm.getelementptr %172[%679] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                llvm.store %680, %681 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              }
              %682 = arith.cmpi slt, %655, %586 : i64
              scf.if %682 {
                %683 = arith.remui %660, %31 : i64
                %684 = arith.addi %655, %683 : i64
                %685 = arith.subi %660, %683 : i64
                %686 = arith.muli %684, %31 : i64
                %687 = arith.addi %686, %685 : i64
                %688 = llvm.getelementptr %102[%687] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %689 = llvm.load %688 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %690 = arith.addi %230, %660 : i64
                %691 = arith.addi %564, %655 : i64
                %692 = arith.muli %690, %82 : i64
                %693 = arith.addi %692, %691 : i64
                %694 = llvm.getelementptr %174[%693] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %695 = llvm.intr.masked.load %694, %659, %182 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
                %696 = arith.addf %689, %695 : vector<8xf32>
                %697 = arith.muli %690, %76 : i64
                %698 = arith.addi %697, %691 : i64
                %699 = llvm.call @relu_8(%696) : (vector<8xf32>) -> vector<8xf32>
                %700 = llvm.getelementptr %172[%698] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                llvm.intr.masked.store %699, %700, %659 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
              }
            }
          }
        }
      }
    }
    llvm.return
  }
  llvm.func @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu_team(%arg0: !llvm.ptr) {
    %701 = arith.constant 0 : i64
    %702 = llvm.getelementptr %arg0[%701] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %703 = llvm.load %702 {alignment = 8 : i64} : !llvm.ptr -> i64
    %704 = llvm.inttoptr %703 : i64 to !llvm.ptr
    %705 = arith.constant 1 : i64
    %706 = llvm.getelementptr %arg0[%705] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %707 = llvm.load %706 {alignment = 8 : i64} : !llvm.ptr -> i64
    %708 = llvm.inttoptr %707 : i64 to !llvm.ptr
    %709 = arith.constant 2 : i64
    %710 = llvm.getelementptr %arg0[%709] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %711 = llvm.load %710 {alignment = 8 : i64} : !llvm.ptr -> i64
    %712 = llvm.call %704() : !llvm.ptr, () -> i32
    %713 = arith.extsi %712 : i32 to i64
    %714 = llvm.call %708() : !llvm.ptr, () -> i32
    %715 = arith.extsi %714 : i32 to i64
    scf.for %716 = %713 to %711 step %715 : i64 {
      llvm.call @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu(%arg0, %716) : (!llvm.ptr, i64) -> ()
    }
    llvm.return
  }
  llvm.func @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu_entries(%arg0: !llvm.ptr) {
    %718 = llvm.mlir.addressof @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu : !llvm.ptr
    %719 = arith.constant 0 : i64
    %720 = llvm.getelementptr %arg0[%719] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %718, %720 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %721 = llvm.mlir.addressof @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu_team : !llvm.ptr
    %722 = arith.constant 1 : i64
    %723 = llvm.getelementptr %arg0[%722] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %721, %723 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
  llvm.func internal @relu_8(%arg0: vector<8xf32>) -> vector<8xf32> attributes {no_inline} {
    %724 = arith.constant dense<0.000000000e+00> : vector<8xf32>
    %725 = arith.maximumf %arg0, %724 : vector<8xf32>
    llvm.return %725 : vector<8xf32>
  }
}
