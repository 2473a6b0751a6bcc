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
    %101 = arith.constant 30 : i64
    %102 = llvm.getelementptr %arg0[%101] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %103 = llvm.load %102 {alignment = 8 : i64} : !llvm.ptr -> i64
    %104 = arith.constant 1024 : i64
    %105 = llvm.alloca %104 x f32 {alignment = 64 : i64} : (i64) -> !llvm.ptr
    %106 = arith.remui %arg1, %64 : i64
    %107 = arith.divui %arg1, %64 : i64
    %108 = arith.divui %10, %64 : i64
    %109 = arith.muli %58, %8 : i64
    %110 = llvm.getelementptr %30[%109] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    %111 = llvm.load %110 {alignment = 4 : i64} : !llvm.ptr -> i32
    %112 = arith.extsi %111 : i32 to i64
    %113 = arith.muli %58, %15 : i64
    %114 = arith.addi %112, %113 : i64
    %115 = arith.muli %114, %106 : i64
    %116 = arith.divui %115, %64 : i64
    %117 = arith.constant 32 : i64
    %121:2 = scf.for %118 = %0 to %117 step %4 iter_args(%119 = %0, %120 = %58) -> (i64, i64) : i64 {
      %122 = arith.addi %119, %120 : i64
      %123 = arith.divui %122, %8 : i64
      %124 = arith.muli %123, %8 : i64
      %125 = llvm.getelementptr %30[%124] : (!llvm.ptr, i64) -> !llvm.ptr, i32
      %126 = llvm.load %125 {alignment = 4 : i64} : !llvm.ptr -> i32
      %127 = arith.extsi %126 : i32 to i64
      %128 = arith.muli %123, %15 : i64
      %129 = arith.addi %127, %128 : i64
      %130 = arith.cmpi slt, %129, %116 : i64
      %131 = arith.addi %123, %4 : i64
      %132 = arith.select %130, %131, %119 : i64
      %133 = arith.select %130, %120, %123 : i64
      scf.yield %132, %133 : i64, i64
    }
    %134 = arith.addi %106, %4 : i64
    %135 = arith.muli %58, %8 : i64
    %136 = llvm.getelementptr %30[%135] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    %137 = llvm.load %136 {alignment = 4 : i64} : !llvm.ptr -> i32
    %138 = arith.extsi %137 : i32 to i64
    %139 = arith.muli %58, %15 : i64
    %140 = arith.addi %138, %139 : i64
    %141 = arith.muli %140, %134 : i64
    %142 = arith.divui %141, %64 : i64
    %146:2 = scf.for %143 = %0 to %117 step %4 iter_args(%144 = %0, %145 = %58) -> (i64, i64) : i64 {
      %147 = arith.addi %144, %145 : i64
      %148 = arith.divui %147, %8 : i64
      %149 = arith.muli %148, %8 : i64
      %150 = llvm.getelementptr %30[%149] : (!llvm.ptr, i64) -> !llvm.ptr, i32
      %151 = llvm.load %150 {alignment = 4 : i64} : !llvm.ptr -> i32
      %152 = arith.extsi %151 : i32 to i64
      %153 = arith.muli %148, %15 : i64
      %154 = arith.addi %152, %153 : i64
      %155 = arith.cmpi slt, %154, %142 : i64
      %156 = arith.addi %148, %4 : i64
      %157 = arith.select %155, %156, %144 : i64
      %158 = arith.select %155, %145, %148 : i64
      scf.yield %157, %158 : i64, i64
    }
    %159 = arith.ceildivsi %49, %31 : i64
    %160 = arith.muli %159, %107 : i64
    %161 = arith.divui %160, %108 : i64
    %162 = arith.muli %161, %31 : i64
    %163 = arith.minsi %162, %49 : i64
    %164 = arith.addi %107, %4 : i64
    %165 = arith.ceildivsi %49, %31 : i64
    %166 = arith.muli %165, %164 : i64
    %167 = arith.divui %166, %108 : i64
    %168 = arith.muli %167, %31 : i64
    %169 = arith.minsi %168, %49 : i64
    scf.for %170 = %0 to %61 step %4 : i64 {
      %172 = arith.muli %170, %76 : i64
      %173 = llvm.getelementptr %14[%172] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %174 = arith.muli %170, %82 : i64
      %175 = llvm.getelementptr %18[%174] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %176 = arith.muli %170, %88 : i64
      %177 = llvm.getelementptr %38[%176] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %178 = arith.muli %91, %31 : i64
      %179 = arith.muli %arg1, %178 : i64
      %180 = llvm.getelementptr %42[%179] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      scf.for %181 = %163 to %169 step %67 : i64 {
        %183 = arith.addi %181, %67 : i64
        %184 = arith.minsi %183, %169 : i64
        %185 = arith.constant dense<0.000000000e+00> : vector<8xf32>
        %186 = arith.subi %184, %181 : i64
        %187 = arith.ceildivsi %186, %31 : i64
        %188 = arith.divui %187, %4 : i64
        %189 = arith.muli %188, %31 : i64
        %190 = arith.addi %181, %189 : i64
        %191 = arith.subi %187, %188 : i64
        %194 = scf.for %192 = %181 to %190 step %31 iter_args(%193 = %185) -> (vector<8xf32>) : i64 {
          %195 = arith.divui %192, %31 : i64
          %196 = arith.muli %195, %73 : i64
          %197 = llvm.getelementptr %173[%196] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %200 = scf.for %198 = %0 to %52 step %4 iter_args(%199 = %193) -> (vector<8xf32>) : i64 {
            %201 = arith.muli %198, %31 : i64
            %202 = llvm.getelementptr %197[%201] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %203 = llvm.load %202 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
            %204 = llvm.intr.fmuladd(%203, %185, %199) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
            scf.yield %204 : vector<8xf32>
          }
          scf.yield %200 : vector<8xf32>
        }
        %205 = vector.reduction <add>, %194 : vector<8xf32> into f32
        %206 = arith.constant 0.000000000e+00 : f32
        %207 = arith.cmpf ord, %205, %206 : f32
        scf.for %208 = %121#0 to %146#0 step %59 : i64 {
          %210 = arith.addi %208, %59 : i64
          %211 = arith.minsi %210, %146#0 : i64
          %212 = arith.muli %100, %58 : i64
          %213 = arith.addi %208, %212 : i64
          %214 = arith.muli %213, %8 : i64
          %215 = arith.addi %214, %4 : i64
          %216 = llvm.getelementptr %30[%215] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %217 = llvm.load %216 {alignment = 4 : i64} : !llvm.ptr -> i32
          %218 = arith.extsi %217 : i32 to i64
          %219 = arith.addi %213, %4 : i64
          %220 = arith.muli %219, %8 : i64
          %221 = arith.addi %220, %4 : i64
          %222 = llvm.getelementptr %30[%221] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %223 = llvm.load %222 {alignment = 4 : i64} : !llvm.ptr -> i32
          %224 = arith.extsi %223 : i32 to i64
          %225 = arith.subi %224, %218 : i64
          %226 = arith.subi %184, %181 : i64
          %227 = arith.ceildivsi %226, %31 : i64
          %228 = arith.divui %227, %4 : i64
          %229 = arith.muli %228, %31 : i64
          %230 = arith.addi %181, %229 : i64
          %231 = arith.subi %227, %228 : i64
          scf.for %232 = %181 to %230 step %31 : i64 {
            %234 = arith.subi %184, %232 : i64
            %235 = arith.minsi %234, %31 : i64
            %236 = arith.divui %232, %31 : i64
            %237 = arith.muli %236, %73 : i64
            %238 = llvm.getelementptr %173[%237] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            scf.for %239 = %208 to %211 step %4 : i64 {
              %241 = arith.subi %239, %208 : i64
              %242 = arith.muli %232, %79 : i64
              %243 = arith.addi %242, %218 : i64
              %244 = llvm.getelementptr %175[%243] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %245 = arith.muli %241, %15 : i64
              %246 = arith.divui %245, %31 : i64
              %247 = arith.remui %245, %31 : i64
              %248 = arith.muli %246, %79 : i64
              %249 = arith.muli %247, %59 : i64
              %250 = arith.addi %248, %249 : i64
              %251 = llvm.getelementptr %244[%250] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              "llvm.intr.prefetch"(%251) <{cache = 1 : i32, hint = 2 : i32, rw = 0 : i32}> : (!llvm.ptr) -> ()
              %252 = arith.muli %241, %15 : i64
              %253 = arith.addi %252, %4 : i64
              %254 = arith.divui %253, %31 : i64
              %255 = arith.remui %253, %31 : i64
              %256 = arith.muli %254, %79 : i64
              %257 = arith.muli %255, %59 : i64
              %258 = arith.addi %256, %257 : i64
              %259 = llvm.getelementptr %244[%258] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              "llvm.intr.prefetch"(%259) <{cache = 1 : i32, hint = 2 : i32, rw = 0 : i32}> : (!llvm.ptr) -> ()
              %260 = arith.muli %241, %15 : i64
              %261 = arith.addi %260, %8 : i64
              %262 = arith.divui %261, %31 : i64
              %263 = arith.remui %261, %31 : i64
              %264 = arith.muli %262, %79 : i64
              %265 = arith.muli %263, %59 : i64
              %266 = arith.addi %264, %265 : i64
              %267 = llvm.getelementptr %244[%266] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              "llvm.intr.prefetch"(%267) <{cache = 1 : i32, hint = 2 : i32, rw = 0 : i32}> : (!llvm.ptr) -> ()
              %268 = arith.muli %241, %15 : i64
              %269 = arith.addi %268, %11 : i64
              %270 = arith.divui %269, %31 : i64
              %271 = arith.remui %269, %31 : i64
              %272 = arith.muli %270, %79 : i64
              %273 = arith.muli %271, %59 : i64
              %274 = arith.addi %272, %273 : i64
              %275 = llvm.getelementptr %244[%274] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              "llvm.intr.prefetch"(%275) <{cache = 1 : i32, hint = 2 : i32, rw = 0 : i32}> : (!llvm.ptr) -> ()
              %276 = arith.muli %100, %58 : i64
              %277 = arith.addi %239, %276 : i64
              %278 = arith.muli %277, %8 : i64
              %279 = arith.addi %278, %4 : i64
              %280 = llvm.getelementptr %30[%279] : (!llvm.ptr, i64) -> !llvm.ptr, i32
              %281 = llvm.load %280 {alignment = 4 : i64} : !llvm.ptr -> i32
              %282 = arith.extsi %281 : i32 to i64
              %283 = arith.addi %277, %4 : i64
              %284 = arith.muli %283, %8 : i64
              %285 = arith.addi %284, %4 : i64
              %286 = llvm.getelementptr %30[%285] : (!llvm.ptr, i64) -> !llvm.ptr, i32
              %287 = llvm.load %286 {alignment = 4 : i64} : !llvm.ptr -> i32
              %288 = arith.extsi %287 : i32 to i64
              %289 = arith.subi %288, %282 : i64
              %290 = arith.constant -1 : i64
              %291 = arith.addi %55, %290 : i64
              %292 = arith.minsi %282, %291 : i64
              %293 = llvm.getelementptr %34[%292] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %294 = llvm.load %293 {alignment = 4 : i64} : !llvm.ptr -> f32
              %295 = vector.broadcast %294 : f32 to vector<8xf32>
              %296 = arith.addi %282, %4 : i64
              %297 = arith.addi %55, %290 : i64
              %298 = arith.minsi %296, %297 : i64
              %299 = llvm.getelementptr %34[%298] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %300 = llvm.load %299 {alignment = 4 : i64} : !llvm.ptr -> f32
              %301 = vector.broadcast %300 : f32 to vector<8xf32>
              %302 = arith.addi %282, %8 : i64
              %303 = arith.addi %55, %290 : i64
              %304 = arith.minsi %302, %303 : i64
              %305 = llvm.getelementptr %34[%304] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %306 = llvm.load %305 {alignment = 4 : i64} : !llvm.ptr -> f32
              %307 = vector.broadcast %306 : f32 to vector<8xf32>
              %308 = arith.addi %282, %11 : i64
              %309 = arith.addi %55, %290 : i64
              %310 = arith.minsi %308, %309 : i64
              %311 = llvm.getelementptr %34[%310] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %312 = llvm.load %311 {alignment = 4 : i64} : !llvm.ptr -> f32
              %313 = vector.broadcast %312 : f32 to vector<8xf32>
              %314 = arith.addi %282, %15 : i64
              %315 = arith.addi %55, %290 : i64
              %316 = arith.minsi %314, %315 : i64
              %317 = llvm.getelementptr %34[%316] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %318 = llvm.load %317 {alignment = 4 : i64} : !llvm.ptr -> f32
              %319 = vector.broadcast %318 : f32 to vector<8xf32>
              %320 = arith.addi %282, %19 : i64
              %321 = arith.addi %55, %290 : i64
              %322 = arith.minsi %320, %321 : i64
              %323 = llvm.getelementptr %34[%322] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %324 = llvm.load %323 {alignment = 4 : i64} : !llvm.ptr -> f32
              %325 = vector.broadcast %324 : f32 to vector<8xf32>
              %326 = arith.addi %282, %23 : i64
              %327 = arith.addi %55, %290 : i64
              %328 = arith.minsi %326, %327 : i64
              %329 = llvm.getelementptr %34[%328] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %330 = llvm.load %329 {alignment = 4 : i64} : !llvm.ptr -> f32
              %331 = vector.broadcast %330 : f32 to vector<8xf32>
              %332 = arith.addi %282, %27 : i64
              %333 = arith.addi %55, %290 : i64
              %334 = arith.minsi %332, %333 : i64
              %335 = llvm.getelementptr %34[%334] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %336 = llvm.load %335 {alignment = 4 : i64} : !llvm.ptr -> f32
              %337 = vector.broadcast %336 : f32 to vector<8xf32>
              %338 = arith.muli %239, %8 : i64
              %339 = llvm.getelementptr %30[%338] : (!llvm.ptr, i64) -> !llvm.ptr, i32
              %340 = llvm.load %339 {alignment = 4 : i64} : !llvm.ptr -> i32
              %341 = arith.extsi %340 : i32 to i64
              %342 = arith.addi %239, %4 : i64
              %343 = arith.muli %342, %8 : i64
              %344 = llvm.getelementptr %30[%343] : (!llvm.ptr, i64) -> !llvm.ptr, i32
              %345 = llvm.load %344 {alignment = 4 : i64} : !llvm.ptr -> i32
              %346 = arith.extsi %345 : i32 to i64
              %347:8 = scf.if %207 -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) {
                %357:8 = scf.for %348 = %341 to %346 step %4 iter_args(%349 = %295, %350 = %301, %351 = %307, %352 = %313, %353 = %319, %354 = %325, %355 = %331, %356 = %337) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
                  %358 = llvm.getelementptr %26[%348] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %359 = llvm.load %358 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %360 = arith.extui %359 : i16 to i64
                  %361 = arith.muli %348, %31 : i64
                  %362 = llvm.getelementptr %22[%361] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %363 = llvm.load %362 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %364 = vector.broadcast %363 : i16 to vector<16xi16>
                  %365 = vector.bitcast %364 : vector<16xi16> to vector<8xi32>
                  %366 = arith.constant dense<-65536> : vector<8xi32>
                  %367 = arith.andi %365, %366 : vector<8xi32>
                  %368 = arith.bitcast %367 : vector<8xi32> to vector<8xf32>
                  %369 = arith.addi %361, %4 : i64
                  %370 = llvm.getelementptr %22[%369] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %371 = llvm.load %370 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %372 = vector.broadcast %371 : i16 to vector<16xi16>
                  %373 = vector.bitcast %372 : vector<16xi16> to vector<8xi32>
                  %374 = arith.andi %373, %366 : vector<8xi32>
                  %375 = arith.bitcast %374 : vector<8xi32> to vector<8xf32>
                  %376 = arith.addi %361, %8 : i64
                  %377 = llvm.getelementptr %22[%376] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %378 = llvm.load %377 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %379 = vector.broadcast %378 : i16 to vector<16xi16>
                  %380 = vector.bitcast %379 : vector<16xi16> to vector<8xi32>
                  %381 = arith.andi %380, %366 : vector<8xi32>
                  %382 = arith.bitcast %381 : vector<8xi32> to vector<8xf32>
                  %383 = arith.addi %361, %11 : i64
                  %384 = llvm.getelementptr %22[%383] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %385 = llvm.load %384 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %386 = vector.broadcast %385 : i16 to vector<16xi16>
                  %387 = vector.bitcast %386 : vector<16xi16> to vector<8xi32>
                  %388 = arith.andi %387, %366 : vector<8xi32>
                  %389 = arith.bitcast %388 : vector<8xi32> to vector<8xf32>
                  %390 = arith.addi %361, %15 : i64
                  %391 = llvm.getelementptr %22[%390] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %392 = llvm.load %391 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %393 = vector.broadcast %392 : i16 to vector<16xi16>
                  %394 = vector.bitcast %393 : vector<16xi16> to vector<8xi32>
                  %395 = arith.andi %394, %366 : vector<8xi32>
                  %396 = arith.bitcast %395 : vector<8xi32> to vector<8xf32>
                  %397 = arith.addi %361, %19 : i64
                  %398 = llvm.getelementptr %22[%397] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %399 = llvm.load %398 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %400 = vector.broadcast %399 : i16 to vector<16xi16>
                  %401 = vector.bitcast %400 : vector<16xi16> to vector<8xi32>
                  %402 = arith.andi %401, %366 : vector<8xi32>
                  %403 = arith.bitcast %402 : vector<8xi32> to vector<8xf32>
                  %404 = arith.addi %361, %23 : i64
                  %405 = llvm.getelementptr %22[%404] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %406 = llvm.load %405 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %407 = vector.broadcast %406 : i16 to vector<16xi16>
                  %408 = vector.bitcast %407 : vector<16xi16> to vector<8xi32>
                  %409 = arith.andi %408, %366 : vector<8xi32>
                  %410 = arith.bitcast %409 : vector<8xi32> to vector<8xf32>
                  %411 = arith.addi %361, %27 : i64
                  %412 = llvm.getelementptr %22[%411] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %413 = llvm.load %412 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %414 = vector.broadcast %413 : i16 to vector<16xi16>
                  %415 = vector.bitcast %414 : vector<16xi16> to vector<8xi32>
                  %416 = arith.andi %415, %366 : vector<8xi32>
                  %417 = arith.bitcast %416 : vector<8xi32> to vector<8xf32>
                  %418 = arith.muli %360, %31 : i64
                  %419 = llvm.getelementptr %238[%418] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                  %420 = llvm.load %419 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                  %421 = llvm.intr.fmuladd(%368, %420, %349) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
                  %422 = llvm.intr.fmuladd(%375, %420, %350) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
                  %423 = llvm.intr.fmuladd(%382, %420, %351) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
                  %424 = llvm.intr.fmuladd(%389, %420, %352) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
                  %425 = llvm.intr.fmuladd(%396, %420, %353) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
                  %426 = llvm.intr.fmuladd(%403, %420, %354) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
                  %427 = llvm.intr.fmuladd(%410, %420, %355) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
                  %428 = llvm.intr.fmuladd(%417, %420, %356) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
                  scf.yield %421, %422, %423, %424, %425, %426, %427, %428 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
                }
                scf.yield %357#0, %357#1, %357#2, %357#3, %357#4, %357#5, %357#6, %357#7 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
              } else {
                %439:9 = scf.for %429 = %0 to %52 step %4 iter_args(%430 = %341, %431 = %295, %432 = %301, %433 = %307, %434 = %313, %435 = %319, %436 = %325, %437 = %331, %438 = %337) -> (i64, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) : i64 {
                  %440 = arith.addi %346, %290 : i64
                  %441 = arith.minsi %430, %440 : i64
                  %442 = arith.maxsi %441, %0 : i64
                  %443 = arith.cmpi slt, %430, %346 : i64
                  %444 = llvm.getelementptr %26[%442] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %445 = llvm.load %444 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %446 = arith.extui %445 : i16 to i64
                  %447 = arith.cmpi eq, %446, %429 : i64
                  %448 = arith.andi %443, %447 : i1
                  %449 = arith.muli %442, %31 : i64
                  %450 = llvm.getelementptr %22[%449] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %451 = llvm.load %450 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %452 = vector.broadcast %451 : i16 to vector<16xi16>
                  %453 = vector.bitcast %452 : vector<16xi16> to vector<8xi32>
                  %454 = arith.constant dense<-65536> : vector<8xi32>
                  %455 = arith.andi %453, %454 : vector<8xi32>
                  %456 = arith.bitcast %455 : vector<8xi32> to vector<8xf32>
                  %457 = arith.addi %449, %4 : i64
                  %458 = llvm.getelementptr %22[%457] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %459 = llvm.load %458 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %460 = vector.broadcast %459 : i16 to vector<16xi16>
                  %461 = vector.bitcast %460 : vector<16xi16> to vector<8xi32>
                  %462 = arith.andi %461, %454 : vector<8xi32>
                  %463 = arith.bitcast %462 : vector<8xi32> to vector<8xf32>
                  %464 = arith.addi %449, %8 : i64
                  %465 = llvm.getelementptr %22[%464] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %466 = llvm.load %465 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %467 = vector.broadcast %466 : i16 to vector<16xi16>
                  %468 = vector.bitcast %467 : vector<16xi16> to vector<8xi32>
                  %469 = arith.andi %468, %454 : vector<8xi32>
                  %470 = arith.bitcast %469 : vector<8xi32> to vector<8xf32>
                  %471 = arith.addi %449, %11 : i64
                  %472 = llvm.getelementptr %22[%471] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %473 = llvm.load %472 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %474 = vector.broadcast %473 : i16 to vector<16xi16>
                  %475 = vector.bitcast %474 : vector<16xi16> to vector<8xi32>
                  %476 = arith.andi %475, %454 : vector<8xi32>
                  %477 = arith.bitcast %476 : vector<8xi32> to vector<8xf32>
                  %478 = arith.addi %449, %15 : i64
                  %479 = llvm.getelementptr %22[%478] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %480 = llvm.load %479 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %481 = vector.broadcast %480 : i16 to vector<16xi16>
                  %482 = vector.bitcast %481 : vector<16xi16> to vector<8xi32>
                  %483 = arith.andi %482, %454 : vector<8xi32>
                  %484 = arith.bitcast %483 : vector<8xi32> to vector<8xf32>
                  %485 = arith.addi %449, %19 : i64
                  %486 = llvm.getelementptr %22[%485] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %487 = llvm.load %486 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %488 = vector.broadcast %487 : i16 to vector<16xi16>
                  %489 = vector.bitcast %488 : vector<16xi16> to vector<8xi32>
                  %490 = arith.andi %489, %454 : vector<8xi32>
                  %491 = arith.bitcast %490 : vector<8xi32> to vector<8xf32>
                  %492 = arith.addi %449, %23 : i64
                  %493 = llvm.getelementptr %22[%492] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %494 = llvm.load %493 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %495 = vector.broadcast %494 : i16 to vector<16xi16>
                  %496 = vector.bitcast %495 : vector<16xi16> to vector<8xi32>
                  %497 = arith.andi %496, %454 : vector<8xi32>
                  %498 = arith.bitcast %497 : vector<8xi32> to vector<8xf32>
                  %499 = arith.addi %449, %27 : i64
                  %500 = llvm.getelementptr %22[%499] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                  %501 = llvm.load %500 {alignment = 2 : i64} : !llvm.ptr -> i16
                  %502 = vector.broadcast %501 : i16 to vector<16xi16>
                  %503 = vector.bitcast %502 : vector<16xi16> to vector<8xi32>
                  %504 = arith.andi %503, %454 : vector<8xi32>
                  %505 = arith.bitcast %504 : vector<8xi32> to vector<8xf32>
                  %506 = arith.select %448, %456, %185 : vector<8xf32>
                  %507 = arith.select %448, %463, %185 : vector<8xf32>
                  %508 = arith.select %448, %470, %185 : vector<8xf32>
                  %509 = arith.select %448, %477, %185 : vector<8xf32>
                  %510 = arith.select %448, %484, %185 : vector<8xf32>
                  %511 = arith.select %448, %491, %185 : vector<8xf32>
                  %512 = arith.select %448, %498, %185 : vector<8xf32>
                  %513 = arith.select %448, %505, %185 : vector<8xf32>
                  %514 = arith.extui %448 : i1 to i64
                  %515 = arith.addi %430, %514 : i64
                  %516 = arith.muli %429, %31 : i64
                  %517 = llvm.getelementptr %238[%516] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                  %518 = llvm.load %517 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                  %519 = llvm.intr.fmuladd(%506, %518, %431) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
                  %520 = llvm.intr.fmuladd(%507, %518, %432) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
                  %521 = llvm.intr.fmuladd(%508, %518, %433) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
                  %522 = llvm.intr.fmuladd(%509, %518, %434) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
                  %523 = llvm.intr.fmuladd(%510, %518, %435) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
                  %524 = llvm.intr.fmuladd(%511, %518, %436) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
                  %525 = llvm.intr.fmuladd(%512, %518, %437) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
                  %526 = llvm.intr.fmuladd(%513, %518, %438) : (vector<8xf32>, vector<8xf32>, vector<8xf32>) -> vector<8xf32>
                  scf.yield %515, %519, %520, %521, %522, %523, %524, %525, %526 : i64, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
                }
                scf.yield %439#1, %439#2, %439#3, %439#4, %439#5, %439#6, %439#7, %439#8 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
              }
              %527 = arith.subi %282, %218 : i64
              %528 = arith.muli %527, %31 : i64
              %529 = arith.addi %528, %0 : i64
              %530 = llvm.getelementptr %105[%529] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %347#0, %530 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %531 = arith.addi %527, %4 : i64
              %532 = arith.muli %531, %31 : i64
              %533 = arith.addi %532, %0 : i64
              %534 = llvm.getelementptr %105[%533] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %347#1, %534 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %535 = arith.addi %527, %8 : i64
              %536 = arith.muli %535, %31 : i64
              %537 = arith.addi %536, %0 : i64
              %538 = llvm.getelementptr %105[%537] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %347#2, %538 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %539 = arith.addi %527, %11 : i64
              %540 = arith.muli %539, %31 : i64
              %541 = arith.addi %540, %0 : i64
              %542 = llvm.getelementptr %105[%541] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %347#3, %542 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %543 = arith.addi %527, %15 : i64
              %544 = arith.muli %543, %31 : i64
              %545 = arith.addi %544, %0 : i64
              %546 = llvm.getelementptr %105[%545] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %347#4, %546 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %547 = arith.addi %527, %19 : i64
              %548 = arith.muli %547, %31 : i64
              %549 = arith.addi %548, %0 : i64
              %550 = llvm.getelementptr %105[%549] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %347#5, %550 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %551 = arith.addi %527, %23 : i64
              %552 = arith.muli %551, %31 : i64
              %553 = arith.addi %552, %0 : i64
              %554 = llvm.getelementptr %105[%553] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %347#6, %554 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              %555 = arith.addi %527, %27 : i64
              %556 = arith.muli %555, %31 : i64
              %557 = arith.addi %556, %0 : i64
              %558 = llvm.getelementptr %105[%557] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %347#7, %558 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
            }
            %559 = arith.muli %100, %58 : i64
            %560 = arith.addi %208, %559 : i64
            %561 = arith.muli %560, %8 : i64
            %562 = arith.addi %561, %4 : i64
            %563 = llvm.getelementptr %30[%562] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %564 = llvm.load %563 {alignment = 4 : i64} : !llvm.ptr -> i32
            %565 = arith.extsi %564 : i32 to i64
            %566 = arith.addi %560, %4 : i64
            %567 = arith.muli %566, %8 : i64
            %568 = arith.addi %567, %4 : i64
            %569 = llvm.getelementptr %30[%568] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %570 = llvm.load %569 {alignment = 4 : i64} : !llvm.ptr -> i32
            %571 = arith.extsi %570 : i32 to i64
            %572 = arith.subi %571, %565 : i64
            %573 = arith.muli %100, %58 : i64
            %574 = arith.addi %211, %573 : i64
            %575 = arith.muli %574, %8 : i64
            %576 = arith.addi %575, %4 : i64
            %577 = llvm.getelementptr %30[%576] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %578 = llvm.load %577 {alignment = 4 : i64} : !llvm.ptr -> i32
            %579 = arith.extsi %578 : i32 to i64
            %580 = arith.addi %574, %4 : i64
            %581 = arith.muli %580, %8 : i64
            %582 = arith.addi %581, %4 : i64
            %583 = llvm.getelementptr %30[%582] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %584 = llvm.load %583 {alignment = 4 : i64} : !llvm.ptr -> i32
            %585 = arith.extsi %584 : i32 to i64
            %586 = arith.subi %585, %579 : i64
            %587 = arith.subi %579, %565 : i64
            scf.for %588 = %0 to %235 step %31 : i64 {
              scf.for %590 = %0 to %587 step %31 : i64 {
                %592 = arith.muli %590, %31 : i64
                %593 = arith.addi %592, %588 : i64
                %594 = llvm.getelementptr %105[%593] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %595 = arith.addi %590, %4 : i64
                %596 = arith.muli %595, %31 : i64
                %597 = arith.addi %596, %588 : i64
                %598 = llvm.getelementptr %105[%597] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %599 = arith.addi %590, %8 : i64
                %600 = arith.muli %599, %31 : i64
                %601 = arith.addi %600, %588 : i64
                %602 = llvm.getelementptr %105[%601] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %603 = arith.addi %590, %11 : i64
                %604 = arith.muli %603, %31 : i64
                %605 = arith.addi %604, %588 : i64
                %606 = llvm.getelementptr %105[%605] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %607 = arith.addi %590, %15 : i64
                %608 = arith.muli %607, %31 : i64
                %609 = arith.addi %608, %588 : i64
                %610 = llvm.getelementptr %105[%609] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %611 = arith.addi %590, %19 : i64
                %612 = arith.muli %611, %31 : i64
                %613 = arith.addi %612, %588 : i64
                %614 = llvm.getelementptr %105[%613] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %615 = arith.addi %590, %23 : i64
                %616 = arith.muli %615, %31 : i64
                %617 = arith.addi %616, %588 : i64
                %618 = llvm.getelementptr %105[%617] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %619 = arith.addi %590, %27 : i64
                %620 = arith.muli %619, %31 : i64
                %621 = arith.addi %620, %588 : i64
                %622 = llvm.getelementptr %105[%621] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %623 = llvm.load %594 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %624 = llvm.load %598 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %625 = llvm.load %602 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %626 = llvm.load %606 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %627 = llvm.load %610 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %628 = llvm.load %614 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %629 = llvm.load %618 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %630 = llvm.load %622 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %631 = vector.shuffle %623, %624 [0, 8, 1, 9, 4, 12, 5, 13] : vector<8xf32>, vector<8xf32>
                %632 = vector.shuffle %623, %624 [2, 10, 3, 11, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
                %633 = vector.shuffle %625, %626 [0, 8, 1, 9, 4, 12, 5, 13] : vector<8xf32>, vector<8xf32>
                %634 = vector.shuffle %625, %626 [2, 10, 3, 11, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
                %635 = vector.shuffle %631, %633 [0, 1, 8, 9, 4, 5, 12, 13] : vector<8xf32>, vector<8xf32>
                %636 = vector.shuffle %631, %633 [2, 3, 10, 11, 6, 7, 14, 15] : vector<8xf32>, vector<8xf32>
                %637 = vector.shuffle %632, %634 [0, 1, 8, 9, 4, 5, 12, 13] : vector<8xf32>, vector<8xf32>
                %638 = vector.shuffle %632, %634 [2, 3, 10, 11, 6, 7, 14, 15] : vector<8xf32>, vector<8xf32>
                %639 = vector.shuffle %627, %628 [0, 8, 1, 9, 4, 12, 5, 13] : vector<8xf32>, vector<8xf32>
                %640 = vector.shuffle %627, %628 [2, 10, 3, 11, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
                %641 = vector.shuffle %629, %630 [0, 8, 1, 9, 4, 12, 5, 13] : vector<8xf32>, vector<8xf32>
                %642 = vector.shuffle %629, %630 [2, 10, 3, 11, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
                %643 = vector.shuffle %639, %641 [0, 1, 8, 9, 4, 5, 12, 13] : vector<8xf32>, vector<8xf32>
                %644 = vector.shuffle %639, %641 [2, 3, 10, 11, 6, 7, 14, 15] : vector<8xf32>, vector<8xf32>
                %645 = vector.shuffle %640, %642 [0, 1, 8, 9, 4, 5, 12, 13] : vector<8xf32>, vector<8xf32>
                %646 = vector.shuffle %640, %642 [2, 3, 10, 11, 6, 7, 14, 15] : vector<8xf32>, vector<8xf32>
                %647 = vector.shuffle %635, %643 [0, 1, 2, 3, 8, 9, 10, 11] : vector<8xf32>, vector<8xf32>
                %648 = vector.shuffle %635, %643 [4, 5, 6, 7, 12, 13, 14, 15] : vector<8xf32>, vector<8xf32>
                %649 = vector.shuffle %636, %644 [0, 1, 2, 3, 8, 9, 10, 11] : vector<8xf32>, vector<8xf32>
                %650 = vector.shuffle %636, %644 [4, 5, 6, 7, 12, 13, 14, 15] : vector<8xf32>, vector<8xf32>
                %651 = vector.shuffle %637, %645 [0, 1, 2, 3, 8, 9, 10, 11] : vector<8xf32>, vector<8xf32>
                %652 = vector.shuffle %637, %645 [4, 5, 6, 7, 12, 13, 14, 15] : vector<8xf32>, vector<8xf32>
                %653 = vector.shuffle %638, %646 [0, 1, 2, 3, 8, 9, 10, 11] : vector<8xf32>, vector<8xf32>
                %654 = vector.shuffle %638, %646 [4, 5, 6, 7, 12, 13, 14, 15] : vector<8xf32>, vector<8xf32>
                llvm.store %647, %594 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
                llvm.store %649, %598 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
                llvm.store %651, %602 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
                llvm.store %653, %606 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
                llvm.store %648, %610 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
                llvm.store %650, %614 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
                llvm.store %652, %618 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
                llvm.store %654, %622 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              }
            }
            %655 = arith.divui %587, %31 : i64
            %656 = arith.muli %655, %31 : i64
            %657 = arith.subi %587, %656 : i64
            %658 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
            %659 = vector.broadcast %657 : i64 to vector<8xi64>
            %660 = arith.cmpi slt, %658, %659 : vector<8xi64>
            scf.for %661 = %0 to %235 step %4 : i64 {
              scf.for %663 = %0 to %656 step %31 : i64 {
                %665 = arith.remui %661, %31 : i64
                %666 = arith.addi %663, %665 : i64
                %667 = arith.subi %661, %665 : i64
                %668 = arith.muli %666, %31 : i64
                %669 = arith.addi %668, %667 : i64
                %670 = llvm.getelementptr %105[%669] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %671 = llvm.load %670 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %672 = arith.addi %232, %661 : i64
                %673 = arith.addi %565, %663 : i64
                %674 = arith.muli %672, %85 : i64
                %675 = arith.addi %674, %673 : i64
                %676 = llvm.getelementptr %177[%675] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %677 = llvm.load %676 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %678 = arith.addf %671, %677 : vector<8xf32>
                %679 = arith.muli %672, %79 : i64
                %680 = arith.addi %679, %673 : i64
                %681 = llvm.call @relu_8(%678) : (vector<8xf32>) -> vector<8xf32>
                %682 = llvm.getelementptr %175[%680] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                llvm.store %681, %682 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
              }
              %683 = arith.cmpi slt, %656, %587 : i64
              scf.if %683 {
                %684 = arith.remui %661, %31 : i64
                %685 = arith.addi %656, %684 : i64
                %686 = arith.subi %661, %684 : i64
                %687 = arith.muli %685, %31 : i64
                %688 = arith.addi %687, %686 : i64
                %689 = llvm.getelementptr %105[%688] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %690 = llvm.load %689 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
                %691 = arith.addi %232, %661 : i64
                %692 = arith.addi %565, %656 : i64
                %693 = arith.muli %691, %85 : i64
                %694 = arith.addi %693, %692 : i64
                %695 = llvm.getelementptr %177[%694] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %696 = llvm.intr.masked.load %695, %660, %185 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
                %697 = arith.addf %690, %696 : vector<8xf32>
                %698 = arith.muli %691, %79 : i64
                %699 = arith.addi %698, %692 : i64
                %700 = llvm.call @relu_8(%697) : (vector<8xf32>) -> vector<8xf32>
                %701 = llvm.getelementptr %175[%699] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                llvm.intr.masked.store %700, %701, %660 {alignment = 4 : i32} : vector<8xf32>, vector<8xi1> into !llvm.ptr
              }
            }
          }
        }
      }
    }
    llvm.return
  }
  llvm.func @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu_parallel(%arg0: !llvm.ptr) {
    %702 = arith.constant 0 : i64
    %703 = llvm.getelementptr %arg0[%702] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %704 = llvm.load %703 {alignment = 8 : i64} : !llvm.ptr -> i64
    %705 = llvm.inttoptr %704 : i64 to !llvm.ptr
    %706 = arith.constant 1 : i64
    %707 = llvm.getelementptr %arg0[%706] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %708 = llvm.load %707 {alignment = 8 : i64} : !llvm.ptr -> i64
    %709 = llvm.inttoptr %708 : i64 to !llvm.ptr
    %710 = arith.constant 2 : i64
    %711 = llvm.getelementptr %arg0[%710] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %712 = llvm.load %711 {alignment = 8 : i64} : !llvm.ptr -> i64
    %713 = llvm.call %705() : !llvm.ptr, () -> i32
    %714 = arith.extsi %713 : i32 to i64
    %715 = llvm.call %709() : !llvm.ptr, () -> i32
    %716 = arith.extsi %715 : i32 to i64
    scf.for %717 = %714 to %712 step %716 : i64 {
      llvm.call @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu(%arg0, %717) : (!llvm.ptr, i64) -> ()
    }
    llvm.return
  }
  llvm.func @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu_entries(%arg0: !llvm.ptr) {
    %719 = llvm.mlir.addressof @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu : !llvm.ptr
    %720 = arith.constant 0 : i64
    %721 = llvm.getelementptr %arg0[%720] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %719, %721 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %722 = llvm.mlir.addressof @vblock_8x1_bf16_i16_panels_tokens_bias_residual_relu_parallel : !llvm.ptr
    %723 = arith.constant 1 : i64
    %724 = llvm.getelementptr %arg0[%723] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %722, %724 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
  llvm.func internal @relu_8(%arg0: vector<8xf32>) -> vector<8xf32> attributes {no_inline} {
    %725 = arith.constant dense<0.000000000e+00> : vector<8xf32>
    %726 = arith.maximumf %arg0, %725 : vector<8xf32>
    llvm.return %726 : vector<8xf32>
  }
}
