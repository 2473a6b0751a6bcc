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
    %154 = arith.ceildivsi %49, %112 : i64
    %155 = arith.muli %154, %102 : i64
    %156 = arith.divui %155, %103 : i64
    %157 = arith.muli %156, %112 : i64
    %158 = arith.minsi %157, %49 : i64
    %159 = arith.addi %102, %4 : i64
    %160 = arith.ceildivsi %49, %112 : i64
    %161 = arith.muli %160, %159 : i64
    %162 = arith.divui %161, %103 : i64
    %163 = arith.muli %162, %112 : i64
    %164 = arith.minsi %163, %49 : i64
    scf.for %165 = %0 to %61 step %4 : i64 {
      %167 = arith.muli %165, %73 : i64
      %168 = llvm.getelementptr %14[%167] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %169 = arith.muli %165, %79 : i64
      %170 = llvm.getelementptr %18[%169] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %171 = arith.muli %165, %85 : i64
      %172 = llvm.getelementptr %38[%171] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %173 = arith.muli %88, %31 : i64
      %174 = arith.muli %arg1, %173 : i64
      %175 = llvm.getelementptr %42[%174] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      scf.for %176 = %158 to %164 step %67 : i64 {
        %178 = arith.addi %176, %67 : i64
        %179 = arith.minsi %178, %164 : i64
        %180 = arith.constant dense<0.000000000e+00> : vector<16xf32>
        %181 = arith.subi %179, %176 : i64
        %182 = arith.divui %181, %59 : i64
        %183 = arith.divui %182, %8 : i64
        %184 = arith.muli %183, %8 : i64
        %185 = arith.muli %184, %59 : i64
        %186 = arith.addi %176, %185 : i64
        %187 = arith.subi %182, %184 : i64
        %188 = arith.divui %187, %4 : i64
        %189 = arith.muli %188, %59 : i64
        %190 = arith.addi %186, %189 : i64
        %191 = arith.subi %187, %188 : i64
        %194 = scf.for %192 = %176 to %186 step %112 iter_args(%193 = %180) -> (vector<16xf32>) : i64 {
          %195 = llvm.getelementptr %168[%192] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %196 = arith.addi %192, %59 : i64
          %197 = llvm.getelementptr %168[%196] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %201:2 = scf.for %198 = %0 to %52 step %4 iter_args(%199 = %193, %200 = %180) -> (vector<16xf32>, vector<16xf32>) : i64 {
            %202 = arith.muli %198, %70 : i64
            %203 = llvm.getelementptr %195[%202] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %204 = llvm.load %203 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %205 = arith.muli %198, %70 : i64
            %206 = llvm.getelementptr %197[%205] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %207 = llvm.load %206 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %208 = vector.fma %204, %180, %199 : vector<16xf32>
            %209 = vector.fma %207, %180, %200 : vector<16xf32>
            scf.yield %208, %209 : vector<16xf32>, vector<16xf32>
          }
          %210 = arith.addf %201#0, %201#1 : vector<16xf32>
          scf.yield %210 : vector<16xf32>
        }
        %213 = scf.for %211 = %186 to %190 step %59 iter_args(%212 = %194) -> (vector<16xf32>) : i64 {
          %214 = llvm.getelementptr %168[%211] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %217 = scf.for %215 = %0 to %52 step %4 iter_args(%216 = %212) -> (vector<16xf32>) : i64 {
            %218 = arith.muli %215, %70 : i64
            %219 = llvm.getelementptr %214[%218] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %220 = llvm.load %219 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %221 = vector.fma %220, %180, %216 : vector<16xf32>
            scf.yield %221 : vector<16xf32>
          }
          scf.yield %217 : vector<16xf32>
        }
        %224 = scf.for %222 = %190 to %179 step %59 iter_args(%223 = %213) -> (vector<16xf32>) : i64 {
          %225 = arith.subi %179, %222 : i64
          %226 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi64>
          %227 = vector.broadcast %225 : i64 to vector<16xi64>
          %228 = arith.cmpi slt, %226, %227 : vector<16xi64>
          %229 = llvm.getelementptr %168[%222] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %232 = scf.for %230 = %0 to %52 step %4 iter_args(%231 = %223) -> (vector<16xf32>) : i64 {
            %233 = arith.muli %230, %70 : i64
            %234 = llvm.getelementptr %229[%233] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %235 = llvm.intr.masked.load %234, %228, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
            %236 = vector.fma %235, %180, %231 : vector<16xf32>
            scf.yield %236 : vector<16xf32>
          }
          scf.yield %232 : vector<16xf32>
        }
        %237 = vector.reduction <add>, %224 : vector<16xf32> into f32
        %238 = arith.constant 0.000000000e+00 : f32
        %239 = arith.cmpf ord, %237, %238 : f32
        scf.for %240 = %116#0 to %141#0 step %4 : i64 {
          %242 = arith.muli %240, %8 : i64
          %243 = llvm.getelementptr %30[%242] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %244 = llvm.load %243 {alignment = 4 : i64} : !llvm.ptr -> i32
          %245 = arith.extsi %244 : i32 to i64
          %246 = arith.addi %240, %4 : i64
          %247 = arith.muli %246, %8 : i64
          %248 = llvm.getelementptr %30[%247] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %249 = llvm.load %248 {alignment = 4 : i64} : !llvm.ptr -> i32
          %250 = arith.extsi %249 : i32 to i64
          %251 = arith.muli %97, %58 : i64
          %252 = arith.addi %240, %251 : i64
          %253 = arith.muli %252, %8 : i64
          %254 = arith.addi %253, %4 : i64
          %255 = llvm.getelementptr %30[%254] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %256 = llvm.load %255 {alignment = 4 : i64} : !llvm.ptr -> i32
          %257 = arith.extsi %256 : i32 to i64
          %258 = arith.addi %252, %4 : i64
          %259 = arith.muli %258, %8 : i64
          %260 = arith.addi %259, %4 : i64
          %261 = llvm.getelementptr %30[%260] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %262 = llvm.load %261 {alignment = 4 : i64} : !llvm.ptr -> i32
          %263 = arith.extsi %262 : i32 to i64
          %264 = arith.subi %263, %257 : i64
          %265 = arith.constant -1 : i64
          %266 = arith.addi %55, %265 : i64
          %267 = arith.minsi %257, %266 : i64
          %268 = llvm.getelementptr %34[%267] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %269 = llvm.load %268 {alignment = 4 : i64} : !llvm.ptr -> f32
          %270 = vector.broadcast %269 : f32 to vector<16xf32>
          %271 = arith.addi %257, %4 : i64
          %272 = arith.addi %55, %265 : i64
          %273 = arith.minsi %271, %272 : i64
          %274 = llvm.getelementptr %34[%273] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %275 = llvm.load %274 {alignment = 4 : i64} : !llvm.ptr -> f32
          %276 = vector.broadcast %275 : f32 to vector<16xf32>
          %277 = arith.addi %257, %8 : i64
          %278 = arith.addi %55, %265 : i64
          %279 = arith.minsi %277, %278 : i64
          %280 = llvm.getelementptr %34[%279] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %281 = llvm.load %280 {alignment = 4 : i64} : !llvm.ptr -> f32
          %282 = vector.broadcast %281 : f32 to vector<16xf32>
          %283 = arith.addi %257, %11 : i64
          %284 = arith.addi %55, %265 : i64
          %285 = arith.minsi %283, %284 : i64
          %286 = llvm.getelementptr %34[%285] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %287 = llvm.load %286 {alignment = 4 : i64} : !llvm.ptr -> f32
          %288 = vector.broadcast %287 : f32 to vector<16xf32>
          %289 = arith.addi %257, %15 : i64
          %290 = arith.addi %55, %265 : i64
          %291 = arith.minsi %289, %290 : i64
          %292 = llvm.getelementptr %34[%291] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %293 = llvm.load %292 {alignment = 4 : i64} : !llvm.ptr -> f32
          %294 = vector.broadcast %293 : f32 to vector<16xf32>
          %295 = arith.addi %257, %19 : i64
          %296 = arith.addi %55, %265 : i64
          %297 = arith.minsi %295, %296 : i64
          %298 = llvm.getelementptr %34[%297] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %299 = llvm.load %298 {alignment = 4 : i64} : !llvm.ptr -> f32
          %300 = vector.broadcast %299 : f32 to vector<16xf32>
          %301 = arith.addi %257, %23 : i64
          %302 = arith.addi %55, %265 : i64
          %303 = arith.minsi %301, %302 : i64
          %304 = llvm.getelementptr %34[%303] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %305 = llvm.load %304 {alignment = 4 : i64} : !llvm.ptr -> f32
          %306 = vector.broadcast %305 : f32 to vector<16xf32>
          %307 = arith.addi %257, %27 : i64
          %308 = arith.addi %55, %265 : i64
          %309 = arith.minsi %307, %308 : i64
          %310 = llvm.getelementptr %34[%309] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %311 = llvm.load %310 {alignment = 4 : i64} : !llvm.ptr -> f32
          %312 = vector.broadcast %311 : f32 to vector<16xf32>
          %313 = arith.subi %179, %176 : i64
          %314 = arith.divui %313, %59 : i64
          %315 = arith.divui %314, %8 : i64
          %316 = arith.muli %315, %8 : i64
          %317 = arith.muli %316, %59 : i64
          %318 = arith.addi %176, %317 : i64
          %319 = arith.subi %314, %316 : i64
          %320 = arith.divui %319, %4 : i64
          %321 = arith.muli %320, %59 : i64
          %322 = arith.addi %318, %321 : i64
          %323 = arith.subi %319, %320 : i64
          scf.for %324 = %176 to %318 step %112 : i64 {
            %326 = llvm.getelementptr %168[%324] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %327 = arith.addi %324, %59 : i64
            %328 = llvm.getelementptr %168[%327] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %329 = arith.subi %324, %176 : i64
            %330:16 = scf.if %239 -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) {
              %348:16 = scf.for %331 = %245 to %250 step %4 iter_args(%332 = %270, %333 = %270, %334 = %276, %335 = %276, %336 = %282, %337 = %282, %338 = %288, %339 = %288, %340 = %294, %341 = %294, %342 = %300, %343 = %300, %344 = %306, %345 = %306, %346 = %312, %347 = %312) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %349 = llvm.getelementptr %26[%331] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %350 = llvm.load %349 {alignment = 2 : i64} : !llvm.ptr -> i16
                %351 = arith.extui %350 : i16 to i64
                %352 = arith.muli %331, %31 : i64
                %353 = llvm.getelementptr %22[%352] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %354 = arith.addi %352, %4 : i64
                %355 = llvm.getelementptr %22[%354] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %356 = arith.addi %352, %8 : i64
                %357 = llvm.getelementptr %22[%356] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %358 = arith.addi %352, %11 : i64
                %359 = llvm.getelementptr %22[%358] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %360 = arith.addi %352, %15 : i64
                %361 = llvm.getelementptr %22[%360] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %362 = arith.addi %352, %19 : i64
                %363 = llvm.getelementptr %22[%362] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %364 = arith.addi %352, %23 : i64
                %365 = llvm.getelementptr %22[%364] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %366 = arith.addi %352, %27 : i64
                %367 = llvm.getelementptr %22[%366] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %368 = llvm.load %353 {alignment = 4 : i64} : !llvm.ptr -> f32
                %369 = vector.broadcast %368 : f32 to vector<16xf32>
                %370 = llvm.load %355 {alignment = 4 : i64} : !llvm.ptr -> f32
                %371 = vector.broadcast %370 : f32 to vector<16xf32>
                %372 = llvm.load %357 {alignment = 4 : i64} : !llvm.ptr -> f32
                %373 = vector.broadcast %372 : f32 to vector<16xf32>
                %374 = llvm.load %359 {alignment = 4 : i64} : !llvm.ptr -> f32
                %375 = vector.broadcast %374 : f32 to vector<16xf32>
                %376 = llvm.load %361 {alignment = 4 : i64} : !llvm.ptr -> f32
                %377 = vector.broadcast %376 : f32 to vector<16xf32>
                %378 = llvm.load %363 {alignment = 4 : i64} : !llvm.ptr -> f32
                %379 = vector.broadcast %378 : f32 to vector<16xf32>
                %380 = llvm.load %365 {alignment = 4 : i64} : !llvm.ptr -> f32
                %381 = vector.broadcast %380 : f32 to vector<16xf32>
                %382 = llvm.load %367 {alignment = 4 : i64} : !llvm.ptr -> f32
                %383 = vector.broadcast %382 : f32 to vector<16xf32>
                %384 = arith.muli %351, %70 : i64
                %385 = llvm.getelementptr %326[%384] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %386 = llvm.load %385 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %387 = arith.muli %351, %70 : i64
                %388 = llvm.getelementptr %328[%387] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %389 = llvm.load %388 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %390 = vector.fma %369, %386, %332 : vector<16xf32>
                %391 = vector.fma %369, %389, %333 : vector<16xf32>
                %392 = vector.fma %371, %386, %334 : vector<16xf32>
                %393 = vector.fma %371, %389, %335 : vector<16xf32>
                %394 = vector.fma %373, %386, %336 : vector<16xf32>
                %395 = vector.fma %373, %389, %337 : vector<16xf32>
                %396 = vector.fma %375, %386, %338 : vector<16xf32>
                %397 = vector.fma %375, %389, %339 : vector<16xf32>
                %398 = vector.fma %377, %386, %340 : vector<16xf32>
                %399 = vector.fma %377, %389, %341 : vector<16xf32>
                %400 = vector.fma %379, %386, %342 : vector<16xf32>
                %401 = vector.fma %379, %389, %343 : vector<16xf32>
                %402 = vector.fma %381, %386, %344 : vector<16xf32>
                %403 = vector.fma %381, %389, %345 : vector<16xf32>
                %404 = vector.fma %383, %386, %346 : vector<16xf32>
                %405 = vector.fma %383, %389, %347 : vector<16xf32>
                scf.yield %390, %391, %392, %393, %394, %395, %396, %397, %398, %399, %400, %401, %402, %403, %404, %405 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %348#0, %348#1, %348#2, %348#3, %348#4, %348#5, %348#6, %348#7, %348#8, %348#9, %348#10, %348#11, %348#12, %348#13, %348#14, %348#15 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            } else {
              %424:17 = scf.for %406 = %0 to %52 step %4 iter_args(%407 = %245, %408 = %270, %409 = %270, %410 = %276, %411 = %276, %412 = %282, %413 = %282, %414 = %288, %415 = %288, %416 = %294, %417 = %294, %418 = %300, %419 = %300, %420 = %306, %421 = %306, %422 = %312, %423 = %312) -> (i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %425 = arith.addi %250, %265 : i64
                %426 = arith.minsi %407, %425 : i64
                %427 = arith.maxsi %426, %0 : i64
                %428 = arith.cmpi slt, %407, %250 : i64
                %429 = llvm.getelementptr %26[%427] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %430 = llvm.load %429 {alignment = 2 : i64} : !llvm.ptr -> i16
                %431 = arith.extui %430 : i16 to i64
                %432 = arith.cmpi eq, %431, %406 : i64
                %433 = arith.andi %428, %432 : i1
                %434 = arith.muli %427, %31 : i64
                %435 = llvm.getelementptr %22[%434] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %436 = arith.addi %434, %4 : i64
                %437 = llvm.getelementptr %22[%436] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %438 = arith.addi %434, %8 : i64
                %439 = llvm.getelementptr %22[%438] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %440 = arith.addi %434, %11 : i64
                %441 = llvm.getelementptr %22[%440] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %442 = arith.addi %434, %15 : i64
                %443 = llvm.getelementptr %22[%442] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %444 = arith.addi %434, %19 : i64
                %445 = llvm.getelementptr %22[%444] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %446 = arith.addi %434, %23 : i64
                %447 = llvm.getelementptr %22[%446] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %448 = arith.addi %434, %27 : i64
                %449 = llvm.getelementptr %22[%448] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %450 = llvm.load %435 {alignment = 4 : i64} : !llvm.ptr -> f32
                %451 = vector.broadcast %450 : f32 to vector<16xf32>
                %452 = llvm.load %437 {alignment = 4 : i64} : !llvm.ptr -> f32
                %453 = vector.broadcast %452 : f32 to vector<16xf32>
                %454 = llvm.load %439 {alignment = 4 : i64} : !llvm.ptr -> f32
                %455 = vector.broadcast %454 : f32 to vector<16xf32>
                %456 = llvm.load %441 {alignment = 4 : i64} : !llvm.ptr -> f32
                %457 = vector.broadcast %456 : f32 to vector<16xf32>
                %458 = llvm.load %443 {alignment = 4 : i64} : !llvm.ptr -> f32
                %459 = vector.broadcast %458 : f32 to vector<16xf32>
                %460 = llvm.load %445 {alignment = 4 : i64} : !llvm.ptr -> f32
                %461 = vector.broadcast %460 : f32 to vector<16xf32>
                %462 = llvm.load %447 {alignment = 4 : i64} : !llvm.ptr -> f32
                %463 = vector.broadcast %462 : f32 to vector<16xf32>
                %464 = llvm.load %449 {alignment = 4 : i64} : !llvm.ptr -> f32
                %465 = vector.broadcast %464 : f32 to vector<16xf32>
                %466 = arith.select %433, %451, %180 : vector<16xf32>
                %467 = arith.select %433, %453, %180 : vector<16xf32>
                %468 = arith.select %433, %455, %180 : vector<16xf32>
                %469 = arith.select %433, %457, %180 : vector<16xf32>
                %470 = arith.select %433, %459, %180 : vector<16xf32>
                %471 = arith.select %433, %461, %180 : vector<16xf32>
                %472 = arith.select %433, %463, %180 : vector<16xf32>
                %473 = arith.select %433, %465, %180 : vector<16xf32>
                %474 = arith.extui %433 : i1 to i64
                %475 = arith.addi %407, %474 : i64
                %476 = arith.muli %406, %70 : i64
                %477 = llvm.getelementptr %326[%476] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %478 = llvm.load %477 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %479 = arith.muli %406, %70 : i64
                %480 = llvm.getelementptr %328[%479] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %481 = llvm.load %480 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %482 = vector.fma %466, %478, %408 : vector<16xf32>
                %483 = vector.fma %466, %481, %409 : vector<16xf32>
                %484 = vector.fma %467, %478, %410 : vector<16xf32>
                %485 = vector.fma %467, %481, %411 : vector<16xf32>
                %486 = vector.fma %468, %478, %412 : vector<16xf32>
                %487 = vector.fma %468, %481, %413 : vector<16xf32>
                %488 = vector.fma %469, %478, %414 : vector<16xf32>
                %489 = vector.fma %469, %481, %415 : vector<16xf32>
                %490 = vector.fma %470, %478, %416 : vector<16xf32>
                %491 = vector.fma %470, %481, %417 : vector<16xf32>
                %492 = vector.fma %471, %478, %418 : vector<16xf32>
                %493 = vector.fma %471, %481, %419 : vector<16xf32>
                %494 = vector.fma %472, %478, %420 : vector<16xf32>
                %495 = vector.fma %472, %481, %421 : vector<16xf32>
                %496 = vector.fma %473, %478, %422 : vector<16xf32>
                %497 = vector.fma %473, %481, %423 : vector<16xf32>
                scf.yield %475, %482, %483, %484, %485, %486, %487, %488, %489, %490, %491, %492, %493, %494, %495, %496, %497 : i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %424#1, %424#2, %424#3, %424#4, %424#5, %424#6, %424#7, %424#8, %424#9, %424#10, %424#11, %424#12, %424#13, %424#14, %424#15, %424#16 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            }
            %498 = arith.muli %97, %58 : i64
            %499 = arith.addi %240, %498 : i64
            %500 = arith.muli %499, %8 : i64
            %501 = arith.addi %500, %4 : i64
            %502 = llvm.getelementptr %30[%501] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %503 = llvm.load %502 {alignment = 4 : i64} : !llvm.ptr -> i32
            %504 = arith.extsi %503 : i32 to i64
            %505 = arith.addi %499, %4 : i64
            %506 = arith.muli %505, %8 : i64
            %507 = arith.addi %506, %4 : i64
            %508 = llvm.getelementptr %30[%507] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %509 = llvm.load %508 {alignment = 4 : i64} : !llvm.ptr -> i32
            %510 = arith.extsi %509 : i32 to i64
            %511 = arith.subi %510, %504 : i64
            %512 = arith.muli %504, %82 : i64
            %513 = arith.addi %512, %324 : i64
            %514 = llvm.getelementptr %172[%513] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %515 = llvm.load %514 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %516 = arith.addf %330#0, %515 : vector<16xf32>
            %517 = arith.muli %504, %76 : i64
            %518 = arith.addi %517, %324 : i64
            %519 = llvm.call @gelu_16(%516) : (vector<16xf32>) -> vector<16xf32>
            %520 = llvm.getelementptr %170[%518] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %519, %520 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %521 = arith.cmpi sgt, %511, %4 : i64
            scf.if %521 {
              %522 = arith.addi %504, %4 : i64
              %523 = arith.muli %522, %82 : i64
              %524 = arith.addi %523, %324 : i64
              %525 = llvm.getelementptr %172[%524] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %526 = llvm.load %525 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %527 = arith.addf %330#2, %526 : vector<16xf32>
              %528 = arith.muli %522, %76 : i64
              %529 = arith.addi %528, %324 : i64
              %530 = llvm.call @gelu_16(%527) : (vector<16xf32>) -> vector<16xf32>
              %531 = llvm.getelementptr %170[%529] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %530, %531 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %532 = arith.cmpi sgt, %511, %8 : i64
            scf.if %532 {
              %533 = arith.addi %504, %8 : i64
              %534 = arith.muli %533, %82 : i64
              %535 = arith.addi %534, %324 : i64
              %536 = llvm.getelementptr %172[%535] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %537 = llvm.load %536 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %538 = arith.addf %330#4, %537 : vector<16xf32>
              %539 = arith.muli %533, %76 : i64
              %540 = arith.addi %539, %324 : i64
              %541 = llvm.call @gelu_16(%538) : (vector<16xf32>) -> vector<16xf32>
              %542 = llvm.getelementptr %170[%540] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %541, %542 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %543 = arith.cmpi sgt, %511, %11 : i64
            scf.if %543 {
              %544 = arith.addi %504, %11 : i64
              %545 = arith.muli %544, %82 : i64
              %546 = arith.addi %545, %324 : i64
              %547 = llvm.getelementptr %172[%546] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %548 = llvm.load %547 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %549 = arith.addf %330#6, %548 : vector<16xf32>
              %550 = arith.muli %544, %76 : i64
              %551 = arith.addi %550, %324 : i64
              %552 = llvm.call @gelu_16(%549) : (vector<16xf32>) -> vector<16xf32>
              %553 = llvm.getelementptr %170[%551] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %552, %553 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %554 = arith.cmpi sgt, %511, %15 : i64
            scf.if %554 {
              %555 = arith.addi %504, %15 : i64
              %556 = arith.muli %555, %82 : i64
              %557 = arith.addi %556, %324 : i64
              %558 = llvm.getelementptr %172[%557] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %559 = llvm.load %558 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %560 = arith.addf %330#8, %559 : vector<16xf32>
              %561 = arith.muli %555, %76 : i64
              %562 = arith.addi %561, %324 : i64
              %563 = llvm.call @gelu_16(%560) : (vector<16xf32>) -> vector<16xf32>
              %564 = llvm.getelementptr %170[%562] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %563, %564 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %565 = arith.cmpi sgt, %511, %19 : i64
            scf.if %565 {
              %566 = arith.addi %504, %19 : i64
              %567 = arith.muli %566, %82 : i64
              %568 = arith.addi %567, %324 : i64
              %569 = llvm.getelementptr %172[%568] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %570 = llvm.load %569 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %571 = arith.addf %330#10, %570 : vector<16xf32>
              %572 = arith.muli %566, %76 : i64
              %573 = arith.addi %572, %324 : i64
              %574 = llvm.call @gelu_16(%571) : (vector<16xf32>) -> vector<16xf32>
              %575 = llvm.getelementptr %170[%573] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %574, %575 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %576 = arith.cmpi sgt, %511, %23 : i64
            scf.if %576 {
              %577 = arith.addi %504, %23 : i64
              %578 = arith.muli %577, %82 : i64
              %579 = arith.addi %578, %324 : i64
              %580 = llvm.getelementptr %172[%579] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %581 = llvm.load %580 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %582 = arith.addf %330#12, %581 : vector<16xf32>
              %583 = arith.muli %577, %76 : i64
              %584 = arith.addi %583, %324 : i64
              %585 = llvm.call @gelu_16(%582) : (vector<16xf32>) -> vector<16xf32>
              %586 = llvm.getelementptr %170[%584] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %585, %586 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %587 = arith.cmpi sgt, %511, %27 : i64
            scf.if %587 {
              %588 = arith.addi %504, %27 : i64
              %589 = arith.muli %588, %82 : i64
              %590 = arith.addi %589, %324 : i64
              %591 = llvm.getelementptr %172[%590] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %592 = llvm.load %591 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %593 = arith.addf %330#14, %592 : vector<16xf32>
              %594 = arith.muli %588, %76 : i64
              %595 = arith.addi %594, %324 : i64
              %596 = llvm.call @gelu_16(%593) : (vector<16xf32>) -> vector<16xf32>
              %597 = llvm.getelementptr %170[%595] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %596, %597 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %598 = arith.addi %324, %59 : i64
            %599 = arith.muli %504, %82 : i64
            %600 = arith.addi %599, %598 : i64
            %601 = llvm.getelementptr %172[%600] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %602 = llvm.load %601 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %603 = arith.addf %330#1, %602 : vector<16xf32>
            %604 = arith.muli %504, %76 : i64
            %605 = arith.addi %604, %598 : i64
            %606 = llvm.call @gelu_16(%603) : (vector<16xf32>) -> vector<16xf32>
            %607 = llvm.getelementptr %170[%605] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %606, %607 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %608 = arith.cmpi sgt, %511, %4 : i64
            scf.if %608 {
              %609 = arith.addi %504, %4 : i64
              %610 = arith.muli %609, %82 : i64
              %611 = arith.addi %610, %598 : i64
              %612 = llvm.getelementptr %172[%611] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %613 = llvm.load %612 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %614 = arith.addf %330#3, %613 : vector<16xf32>
              %615 = arith.muli %609, %76 : i64
              %616 = arith.addi %615, %598 : i64
              %617 = llvm.call @gelu_16(%614) : (vector<16xf32>) -> vector<16xf32>
              %618 = llvm.getelementptr %170[%616] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %617, %618 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %619 = arith.cmpi sgt, %511, %8 : i64
            scf.if %619 {
              %620 = arith.addi %504, %8 : i64
              %621 = arith.muli %620, %82 : i64
              %622 = arith.addi %621, %598 : i64
              %623 = llvm.getelementptr %172[%622] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %624 = llvm.load %623 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %625 = arith.addf %330#5, %624 : vector<16xf32>
              %626 = arith.muli %620, %76 : i64
              %627 = arith.addi %626, %598 : i64
              %628 = llvm.call @gelu_16(%625) : (vector<16xf32>) -> vector<16xf32>
              %629 = llvm.getelementptr %170[%627] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %628, %629 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %630 = arith.cmpi sgt, %511, %11 : i64
            scf.if %630 {
              %631 = arith.addi %504, %11 : i64
              %632 = arith.muli %631, %82 : i64
              %633 = arith.addi %632, %598 : i64
              %634 = llvm.getelementptr %172[%633] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %635 = llvm.load %634 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %636 = arith.addf %330#7, %635 : vector<16xf32>
              %637 = arith.muli %631, %76 : i64
              %638 = arith.addi %637, %598 : i64
              %639 = llvm.call @gelu_16(%636) : (vector<16xf32>) -> vector<16xf32>
              %640 = llvm.getelementptr %170[%638] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %639, %640 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %641 = arith.cmpi sgt, %511, %15 : i64
            scf.if %641 {
              %642 = arith.addi %504, %15 : i64
              %643 = arith.muli %642, %82 : i64
              %644 = arith.addi %643, %598 : i64
              %645 = llvm.getelementptr %172[%644] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %646 = llvm.load %645 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %647 = arith.addf %330#9, %646 : vector<16xf32>
              %648 = arith.muli %642, %76 : i64
              %649 = arith.addi %648, %598 : i64
              %650 = llvm.call @gelu_16(%647) : (vector<16xf32>) -> vector<16xf32>
              %651 = llvm.getelementptr %170[%649] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %650, %651 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %652 = arith.cmpi sgt, %511, %19 : i64
            scf.if %652 {
              %653 = arith.addi %504, %19 : i64
              %654 = arith.muli %653, %82 : i64
              %655 = arith.addi %654, %598 : i64
              %656 = llvm.getelementptr %172[%655] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %657 = llvm.load %656 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %658 = arith.addf %330#11, %657 : vector<16xf32>
              %659 = arith.muli %653, %76 : i64
              %660 = arith.addi %659, %598 : i64
              %661 = llvm.call @gelu_16(%658) : (vector<16xf32>) -> vector<16xf32>
              %662 = llvm.getelementptr %170[%660] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %661, %662 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %663 = arith.cmpi sgt, %511, %23 : i64
            scf.if %663 {
              %664 = arith.addi %504, %23 : i64
              %665 = arith.muli %664, %82 : i64
              %666 = arith.addi %665, %598 : i64
              %667 = llvm.getelementptr %172[%666] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %668 = llvm.load %667 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %669 = arith.addf %330#13, %668 : vector<16xf32>
              %670 = arith.muli %664, %76 : i64
              %671 = arith.addi %670, %598 : i64
              %672 = llvm.call @gelu_16(%669) : (vector<16xf32>) -> vector<16xf32>
              %673 = llvm.getelementptr %170[%671] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %672, %673 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %674 = arith.cmpi sgt, %511, %27 : i64
            scf.if %674 {
              %675 = arith.addi %504, %27 : i64
              %676 = arith.muli %675, %82 : i64
              %677 = arith.addi %676, %598 : i64
              %678 = llvm.getelementptr %172[%677] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %679 = llvm.load %678 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %680 = arith.addf %330#15, %679 : vector<16xf32>
              %681 = arith.muli %675, %76 : i64
              %682 = arith.addi %681, %598 : i64
              %683 = llvm.call @gelu_16(%680) : (vector<16xf32>) -> vector<16xf32>
              %684 = llvm.getelementptr %170[%682] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %683, %684 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
          }
          scf.for %685 = %318 to %322 step %59 : i64 {
            %687 = llvm.getelementptr %168[%685] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %688 = arith.subi %685, %176 : i64
            %689:8 = scf.if %239 -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) {
              %699:8 = scf.for %690 = %245 to %250 step %4 iter_args(%691 = %270, %692 = %276, %693 = %282, %694 = %288, %695 = %294, %696 = %300, %697 = %306, %698 = %312) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %700 = llvm.getelementptr %26[%690] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %701 = llvm.load %700 {alignment = 2 : i64} : !llvm.ptr -> i16
                %702 = arith.extui %701 : i16 to i64
                %703 = arith.muli %690, %31 : i64
                %704 = llvm.getelementptr %22[%703] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %705 = arith.addi %703, %4 : i64
                %706 = llvm.getelementptr %22[%705] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %707 = arith.addi %703, %8 : i64
                %708 = llvm.getelementptr %22[%707] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %709 = arith.addi %703, %11 : i64
                %710 = llvm.getelementptr %22[%709] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %711 = arith.addi %703, %15 : i64
                %712 = llvm.getelementptr %22[%711] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %713 = arith.addi %703, %19 : i64
                %714 = llvm.getelementptr %22[%713] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %715 = arith.addi %703, %23 : i64
                %716 = llvm.getelementptr %22[%715] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %717 = arith.addi %703, %27 : i64
                %718 = llvm.getelementptr %22[%717] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %719 = llvm.load %704 {alignment = 4 : i64} : !llvm.ptr -> f32
                %720 = vector.broadcast %719 : f32 to vector<16xf32>
                %721 = llvm.load %706 {alignment = 4 : i64} : !llvm.ptr -> f32
                %722 = vector.broadcast %721 : f32 to vector<16xf32>
                %723 = llvm.load %708 {alignment = 4 : i64} : !llvm.ptr -> f32
                %724 = vector.broadcast %723 : f32 to vector<16xf32>
                %725 = llvm.load %710 {alignment = 4 : i64} : !llvm.ptr -> f32
                %726 = vector.broadcast %725 : f32 to vector<16xf32>
                %727 = llvm.load %712 {alignment = 4 : i64} : !llvm.ptr -> f32
                %728 = vector.broadcast %727 : f32 to vector<16xf32>
                %729 = llvm.load %714 {alignment = 4 : i64} : !llvm.ptr -> f32
                %730 = vector.broadcast %729 : f32 to vector<16xf32>
                %731 = llvm.load %716 {alignment = 4 : i64} : !llvm.ptr -> f32
                %732 = vector.broadcast %731 : f32 to vector<16xf32>
                %733 = llvm.load %718 {alignment = 4 : i64} : !llvm.ptr -> f32
                %734 = vector.broadcast %733 : f32 to vector<16xf32>
                %735 = arith.muli %702, %70 : i64
                %736 = llvm.getelementptr %687[%735] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %737 = llvm.load %736 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %738 = vector.fma %720, %737, %691 : vector<16xf32>
                %739 = vector.fma %722, %737, %692 : vector<16xf32>
                %740 = vector.fma %724, %737, %693 : vector<16xf32>
                %741 = vector.fma %726, %737, %694 : vector<16xf32>
                %742 = vector.fma %728, %737, %695 : vector<16xf32>
                %743 = vector.fma %730, %737, %696 : vector<16xf32>
                %744 = vector.fma %732, %737, %697 : vector<16xf32>
                %745 = vector.fma %734, %737, %698 : vector<16xf32>
                scf.yield %738, %739, %740, %741, %742, %743, %744, %745 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %699#0, %699#1, %699#2, %699#3, %699#4, %699#5, %699#6, %699#7 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            } else {
              %756:9 = scf.for %746 = %0 to %52 step %4 iter_args(%747 = %245, %748 = %270, %749 = %276, %750 = %282, %751 = %288, %752 = %294, %753 = %300, %754 = %306, %755 = %312) -> (i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %757 = arith.addi %250, %265 : i64
                %758 = arith.minsi %747, %757 : i64
                %759 = arith.maxsi %758, %0 : i64
                %760 = arith.cmpi slt, %747, %250 : i64
                %761 = llvm.getelementptr %26[%759] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %762 = llvm.load %761 {alignment = 2 : i64} : !llvm.ptr -> i16
                %763 = arith.extui %762 : i16 to i64
                %764 = arith.cmpi eq, %763, %746 : i64
                %765 = arith.andi %760, %764 : i1
                %766 = arith.muli %759, %31 : i64
                %767 = llvm.getelementptr %22[%766] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %768 = arith.addi %766, %4 : i64
                %769 = llvm.getelementptr %22[%768] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %770 = arith.addi %766, %8 : i64
                %771 = llvm.getelementptr %22[%770] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %772 = arith.addi %766, %11 : i64
                %773 = llvm.getelementptr %22[%772] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %774 = arith.addi %766, %15 : i64
                %775 = llvm.getelementptr %22[%774] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %776 = arith.addi %766, %19 : i64
                %777 = llvm.getelementptr %22[%776] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %778 = arith.addi %766, %23 : i64
                %779 = llvm.getelementptr %22[%778] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %780 = arith.addi %766, %27 : i64
                %781 = llvm.getelementptr %22[%780] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %782 = llvm.load %767 {alignment = 4 : i64} : !llvm.ptr -> f32
                %783 = vector.broadcast %782 : f32 to vector<16xf32>
                %784 = llvm.load %769 {alignment = 4 : i64} : !llvm.ptr -> f32
                %785 = vector.broadcast %784 : f32 to vector<16xf32>
                %786 = llvm.load %771 {alignment = 4 : i64} : !llvm.ptr -> f32
                %787 = vector.broadcast %786 : f32 to vector<16xf32>
                %788 = llvm.load %773 {alignment = 4 : i64} : !llvm.ptr -> f32
                %789 = vector.broadcast %788 : f32 to vector<16xf32>
                %790 = llvm.load %775 {alignment = 4 : i64} : !llvm.ptr -> f32
                %791 = vector.broadcast %790 : f32 to vector<16xf32>
                %792 = llvm.load %777 {alignment = 4 : i64} : !llvm.ptr -> f32
                %793 = vector.broadcast %792 : f32 to vector<16xf32>
                %794 = llvm.load %779 {alignment = 4 : i64} : !llvm.ptr -> f32
                %795 = vector.broadcast %794 : f32 to vector<16xf32>
                %796 = llvm.load %781 {alignment = 4 : i64} : !llvm.ptr -> f32
                %797 = vector.broadcast %796 : f32 to vector<16xf32>
                %798 = arith.select %765, %783, %180 : vector<16xf32>
                %799 = arith.select %765, %785, %180 : vector<16xf32>
                %800 = arith.select %765, %787, %180 : vector<16xf32>
                %801 = arith.select %765, %789, %180 : vector<16xf32>
                %802 = arith.select %765, %791, %180 : vector<16xf32>
                %803 = arith.select %765, %793, %180 : vector<16xf32>
                %804 = arith.select %765, %795, %180 : vector<16xf32>
                %805 = arith.select %765, %797, %180 : vector<16xf32>
                %806 = arith.extui %765 : i1 to i64
                %807 = arith.addi %747, %806 : i64
                %808 = arith.muli %746, %70 : i64
                %809 = llvm.getelementptr %687[%808] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %810 = llvm.load %809 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %811 = vector.fma %798, %810, %748 : vector<16xf32>
                %812 = vector.fma %799, %810, %749 : vector<16xf32>
                %813 = vector.fma %800, %810, %750 : vector<16xf32>
                %814 = vector.fma %801, %810, %751 : vector<16xf32>
                %815 = vector.fma %802, %810, %752 : vector<16xf32>
                %816 = vector.fma %803, %810, %753 : vector<16xf32>
                %817 = vector.fma %804, %810, %754 : vector<16xf32>
                %818 = vector.fma %805, %810, %755 : vector<16xf32>
                scf.yield %807, %811, %812, %813, %814, %815, %816, %817, %818 : i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %756#1, %756#2, %756#3, %756#4, %756#5, %756#6, %756#7, %756#8 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            }
            %819 = arith.muli %97, %58 : i64
            %820 = arith.addi %240, %819 : i64
            %821 = arith.muli %820, %8 : i64
            %822 = arith.addi %821, %4 : i64
            %823 = llvm.getelementptr %30[%822] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %824 = llvm.load %823 {alignment = 4 : i64} : !llvm.ptr -> i32
            %825 = arith.extsi %824 : i32 to i64
            %826 = arith.addi %820, %4 : i64
            %827 = arith.muli %826, %8 : i64
            %828 = arith.addi %827, %4 : i64
            %829 = llvm.getelementptr %30[%828] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %830 = llvm.load %829 {alignment = 4 : i64} : !llvm.ptr -> i32
            %831 = arith.extsi %830 : i32 to i64
            %832 = arith.subi %831, %825 : i64
            %833 = arith.muli %825, %82 : i64
            %834 = arith.addi %833, %685 : i64
            %835 = llvm.getelementptr %172[%834] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %836 = llvm.load %835 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %837 = arith.addf %689#0, %836 : vector<16xf32>
            %838 = arith.muli %825, %76 : i64
            %839 = arith.addi %838, %685 : i64
            %840 = llvm.call @gelu_16(%837) : (vector<16xf32>) -> vector<16xf32>
            %841 = llvm.getelementptr %170[%839] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %840, %841 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %842 = arith.cmpi sgt, %832, %4 : i64
            scf.if %842 {
              %843 = arith.addi %825, %4 : i64
              %844 = arith.muli %843, %82 : i64
              %845 = arith.addi %844, %685 : i64
              %846 = llvm.getelementptr %172[%845] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %847 = llvm.load %846 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %848 = arith.addf %689#1, %847 : vector<16xf32>
              %849 = arith.muli %843, %76 : i64
              %850 = arith.addi %849, %685 : i64
              %851 = llvm.call @gelu_16(%848) : (vector<16xf32>) -> vector<16xf32>
              %852 = llvm.getelementptr %170[%850] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %851, %852 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %853 = arith.cmpi sgt, %832, %8 : i64
            scf.if %853 {
              %854 = arith.addi %825, %8 : i64
              %855 = arith.muli %854, %82 : i64
              %856 = arith.addi %855, %685 : i64
              %857 = llvm.getelementptr %172[%856] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %858 = llvm.load %857 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %859 = arith.addf %689#2, %858 : vector<16xf32>
              %860 = arith.muli %854, %76 : i64
              %861 = arith.addi %860, %685 : i64
              %862 = llvm.call @gelu_16(%859) : (vector<16xf32>) -> vector<16xf32>
              %863 = llvm.getelementptr %170[%861] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %862, %863 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %864 = arith.cmpi sgt, %832, %11 : i64
            scf.if %864 {
              %865 = arith.addi %825, %11 : i64
              %866 = arith.muli %865, %82 : i64
              %867 = arith.addi %866, %685 : i64
              %868 = llvm.getelementptr %172[%867] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %869 = llvm.load %868 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %870 = arith.addf %689#3, %869 : vector<16xf32>
              %871 = arith.muli %865, %76 : i64
              %872 = arith.addi %871, %685 : i64
              %873 = llvm.call @gelu_16(%870) : (vector<16xf32>) -> vector<16xf32>
              %874 = llvm.getelementptr %170[%872] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %873, %874 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %875 = arith.cmpi sgt, %832, %15 : i64
            scf.if %875 {
              %876 = arith.addi %825, %15 : i64
              %877 = arith.muli %876, %82 : i64
              %878 = arith.addi %877, %685 : i64
              %879 = llvm.getelementptr %172[%878] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %880 = llvm.load %879 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %881 = arith.addf %689#4, %880 : vector<16xf32>
              %882 = arith.muli %876, %76 : i64
              %883 = arith.addi %882, %685 : i64
              %884 = llvm.call @gelu_16(%881) : (vector<16xf32>) -> vector<16xf32>
              %885 = llvm.getelementptr %170[%883] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %884, %885 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %886 = arith.cmpi sgt, %832, %19 : i64
            scf.if %886 {
              %887 = arith.addi %825, %19 : i64
              %888 = arith.muli %887, %82 : i64
              %889 = arith.addi %888, %685 : i64
              %890 = llvm.getelementptr %172[%889] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %891 = llvm.load %890 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %892 = arith.addf %689#5, %891 : vector<16xf32>
              %893 = arith.muli %887, %76 : i64
              %894 = arith.addi %893, %685 : i64
              %895 = llvm.call @gelu_16(%892) : (vector<16xf32>) -> vector<16xf32>
              %896 = llvm.getelementptr %170[%894] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %895, %896 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %897 = arith.cmpi sgt, %832, %23 : i64
            scf.if %897 {
              %898 = arith.addi %825, %23 : i64
              %899 = arith.muli %898, %82 : i64
              %900 = arith.addi %899, %685 : i64
              %901 = llvm.getelementptr %172[%900] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %902 = llvm.load %901 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %903 = arith.addf %689#6, %902 : vector<16xf32>
              %904 = arith.muli %898, %76 : i64
              %905 = arith.addi %904, %685 : i64
              %906 = llvm.call @gelu_16(%903) : (vector<16xf32>) -> vector<16xf32>
              %907 = llvm.getelementptr %170[%905] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %906, %907 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
            %908 = arith.cmpi sgt, %832, %27 : i64
            scf.if %908 {
              %909 = arith.addi %825, %27 : i64
              %910 = arith.muli %909, %82 : i64
              %911 = arith.addi %910, %685 : i64
              %912 = llvm.getelementptr %172[%911] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %913 = llvm.load %912 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
              %914 = arith.addf %689#7, %913 : vector<16xf32>
              %915 = arith.muli %909, %76 : i64
              %916 = arith.addi %915, %685 : i64
              %917 = llvm.call @gelu_16(%914) : (vector<16xf32>) -> vector<16xf32>
              %918 = llvm.getelementptr %170[%916] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.store %917, %918 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            }
          }
          scf.for %919 = %322 to %179 step %59 : i64 {
            %921 = arith.subi %179, %919 : i64
            %922 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi64>
            %923 = vector.broadcast %921 : i64 to vector<16xi64>
            %924 = arith.cmpi slt, %922, %923 : vector<16xi64>
            %925 = llvm.getelementptr %168[%919] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %926 = arith.subi %919, %176 : i64
            %927:8 = scf.if %239 -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) {
              %937:8 = scf.for %928 = %245 to %250 step %4 iter_args(%929 = %270, %930 = %276, %931 = %282, %932 = %288, %933 = %294, %934 = %300, %935 = %306, %936 = %312) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %938 = llvm.getelementptr %26[%928] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %939 = llvm.load %938 {alignment = 2 : i64} : !llvm.ptr -> i16
                %940 = arith.extui %939 : i16 to i64
                %941 = arith.muli %928, %31 : i64
                %942 = llvm.getelementptr %22[%941] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %943 = arith.addi %941, %4 : i64
                %944 = llvm.getelementptr %22[%943] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %945 = arith.addi %941, %8 : i64
                %946 = llvm.getelementptr %22[%945] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %947 = arith.addi %941, %11 : i64
                %948 = llvm.getelementptr %22[%947] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %949 = arith.addi %941, %15 : i64
                %950 = llvm.getelementptr %22[%949] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %951 = arith.addi %941, %19 : i64
                %952 = llvm.getelementptr %22[%951] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %953 = arith.addi %941, %23 : i64
                %954 = llvm.getelementptr %22[%953] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %955 = arith.addi %941, %27 : i64
                %956 = llvm.getelementptr %22[%955] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %957 = llvm.load %942 {alignment = 4 : i64} : !llvm.ptr -> f32
                %958 = vector.broadcast %957 : f32 to vector<16xf32>
                %959 = llvm.load %944 {alignment = 4 : i64} : !llvm.ptr -> f32
                %960 = vector.broadcast %959 : f32 to vector<16xf32>
                %961 = llvm.load %946 {alignment = 4 : i64} : !llvm.ptr -> f32
                %962 = vector.broadcast %961 : f32 to vector<16xf32>
                %963 = llvm.load %948 {alignment = 4 : i64} : !llvm.ptr -> f32
                %964 = vector.broadcast %963 : f32 to vector<16xf32>
                %965 = llvm.load %950 {alignment = 4 : i64} : !llvm.ptr -> f32
                %966 = vector.broadcast %965 : f32 to vector<16xf32>
                %967 = llvm.load %952 {alignment = 4 : i64} : !llvm.ptr -> f32
                %968 = vector.broadcast %967 : f32 to vector<16xf32>
                %969 = llvm.load %954 {alignment = 4 : i64} : !llvm.ptr -> f32
                %970 = vector.broadcast %969 : f32 to vector<16xf32>
                %971 = llvm.load %956 {alignment = 4 : i64} : !llvm.ptr -> f32
                %972 = vector.broadcast %971 : f32 to vector<16xf32>
                %973 = arith.muli %940, %70 : i64
                %974 = llvm.getelementptr %925[%973] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %975 = llvm.intr.masked.load %974, %924, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %976 = vector.fma %958, %975, %929 : vector<16xf32>
                %977 = vector.fma %960, %975, %930 : vector<16xf32>
                %978 = vector.fma %962, %975, %931 : vector<16xf32>
                %979 = vector.fma %964, %975, %932 : vector<16xf32>
                %980 = vector.fma %966, %975, %933 : vector<16xf32>
                %981 = vector.fma %968, %975, %934 : vector<16xf32>
                %982 = vector.fma %970, %975, %935 : vector<16xf32>
                %983 = vector.fma %972, %975, %936 : vector<16xf32>
                scf.yield %976, %977, %978, %979, %980, %981, %982, %983 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %937#0, %937#1, %937#2, %937#3, %937#4, %937#5, %937#6, %937#7 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            } else {
              %994:9 = scf.for %984 = %0 to %52 step %4 iter_args(%985 = %245, %986 = %270, %987 = %276, %988 = %282, %989 = %288, %990 = %294, %991 = %300, %992 = %306, %993 = %312) -> (i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %995 = arith.addi %250, %265 : i64
                %996 = arith.minsi %985, %995 : i64
                %997 = arith.maxsi %996, %0 : i64
                %998 = arith.cmpi slt, %985, %250 : i64
                %999 = llvm.getelementptr %26[%997] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %1000 = llvm.load %999 {alignment = 2 : i64} : !llvm.ptr -> i16
                %1001 = arith.extui %1000 : i16 to i64
                %1002 = arith.cmpi eq, %1001, %984 : i64
                %1003 = arith.andi %998, %1002 : i1
                %1004 = arith.muli %997, %31 : i64
                %1005 = llvm.getelementptr %22[%1004] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1006 = arith.addi %1004, %4 : i64
                %1007 = llvm.getelementptr %22[%1006] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1008 = arith.addi %1004, %8 : i64
                %1009 = llvm.getelementptr %22[%1008] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1010 = arith.addi %1004, %11 : i64
                %1011 = llvm.getelementptr %22[%1010] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1012 = arith.addi %1004, %15 : i64
                %1013 = llvm.getelementptr %22[%1012] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1014 = arith.addi %1004, %19 : i64
                %1015 = llvm.getelementptr %22[%1014] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1016 = arith.addi %1004, %23 : i64
                %1017 = llvm.getelementptr %22[%1016] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1018 = arith.addi %1004, %27 : i64
                %1019 = llvm.getelementptr %22[%1018] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1020 = llvm.load %1005 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1021 = vector.broadcast %1020 : f32 to vector<16xf32>
                %1022 = llvm.load %1007 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1023 = vector.broadcast %1022 : f32 to vector<16xf32>
                %1024 = llvm.load %1009 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1025 = vector.broadcast %1024 : f32 to vector<16xf32>
                %1026 = llvm.load %1011 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1027 = vector.broadcast %1026 : f32 to vector<16xf32>
                %1028 = llvm.load %1013 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1029 = vector.broadcast %1028 : f32 to vector<16xf32>
                %1030 = llvm.load %1015 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1031 = vector.broadcast %1030 : f32 to vector<16xf32>
                %1032 = llvm.load %1017 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1033 = vector.broadcast %1032 : f32 to vector<16xf32>
                %1034 = llvm.load %1019 {alignment = 4 : i64} : !llvm.ptr -> f32
                %1035 = vector.broadcast %1034 : f32 to vector<16xf32>
                %1036 = arith.select %1003, %1021, %180 : vector<16xf32>
                %1037 = arith.select %1003, %1023, %180 : vector<16xf32>
                %1038 = arith.select %1003, %1025, %180 : vector<16xf32>
                %1039 = arith.select %1003, %1027, %180 : vector<16xf32>
                %1040 = arith.select %1003, %1029, %180 : vector<16xf32>
                %1041 = arith.select %1003, %1031, %180 : vector<16xf32>
                %1042 = arith.select %1003, %1033, %180 : vector<16xf32>
                %1043 = arith.select %1003, %1035, %180 : vector<16xf32>
                %1044 = arith.extui %1003 : i1 to i64
                %1045 = arith.addi %985, %1044 : i64
                %1046 = arith.muli %984, %70 : i64
                %1047 = llvm.getelementptr %925[%1046] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %1048 = llvm.intr.masked.load %1047, %924, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %1049 = vector.fma %1036, %1048, %986 : vector<16xf32>
                %1050 = vector.fma %1037, %1048, %987 : vector<16xf32>
                %1051 = vector.fma %1038, %1048, %988 : vector<16xf32>
                %1052 = vector.fma %1039, %1048, %989 : vector<16xf32>
                %1053 = vector.fma %1040, %1048, %990 : vector<16xf32>
                %1054 = vector.fma %1041, %1048, %991 : vector<16xf32>
                %1055 = vector.fma %1042, %1048, %992 : vector<16xf32>
                %1056 = vector.fma %1043, %1048, %993 : vector<16xf32>
                scf.yield %1045, %1049, %1050, %1051, %1052, %1053, %1054, %1055, %1056 : i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %994#1, %994#2, %994#3, %994#4, %994#5, %994#6, %994#7, %994#8 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            }
            %1057 = arith.muli %97, %58 : i64
            %1058 = arith.addi %240, %1057 : i64
            %1059 = arith.muli %1058, %8 : i64
            %1060 = arith.addi %1059, %4 : i64
            %1061 = llvm.getelementptr %30[%1060] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %1062 = llvm.load %1061 {alignment = 4 : i64} : !llvm.ptr -> i32
            %1063 = arith.extsi %1062 : i32 to i64
            %1064 = arith.addi %1058, %4 : i64
            %1065 = arith.muli %1064, %8 : i64
            %1066 = arith.addi %1065, %4 : i64
            %1067 = llvm.getelementptr %30[%1066] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %1068 = llvm.load %1067 {alignment = 4 : i64} : !llvm.ptr -> i32
            %1069 = arith.extsi %1068 : i32 to i64
            %1070 = arith.subi %1069, %1063 : i64
            %1071 = arith.muli %1063, %82 : i64
            %1072 = arith.addi %1071, %919 : i64
            %1073 = llvm.getelementptr %172[%1072] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %1074 = llvm.intr.masked.load %1073, %924, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
            %1075 = arith.addf %927#0, %1074 : vector<16xf32>
            %1076 = arith.muli %1063, %76 : i64
            %1077 = arith.addi %1076, %919 : i64
            %1078 = llvm.call @gelu_16(%1075) : (vector<16xf32>) -> vector<16xf32>
            %1079 = llvm.getelementptr %170[%1077] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.intr.masked.store %1078, %1079, %924 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            %1080 = arith.cmpi sgt, %1070, %4 : i64
            scf.if %1080 {
              %1081 = arith.addi %1063, %4 : i64
              %1082 = arith.muli %1081, %82 : i64
              %1083 = arith.addi %1082, %919 : i64
              %1084 = llvm.getelementptr %172[%1083] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1085 = llvm.intr.masked.load %1084, %924, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1086 = arith.addf %927#1, %1085 : vector<16xf32>
              %1087 = arith.muli %1081, %76 : i64
              %1088 = arith.addi %1087, %919 : i64
              %1089 = llvm.call @gelu_16(%1086) : (vector<16xf32>) -> vector<16xf32>
              %1090 = llvm.getelementptr %170[%1088] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1089, %1090, %924 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1091 = arith.cmpi sgt, %1070, %8 : i64
            scf.if %1091 {
              %1092 = arith.addi %1063, %8 : i64
              %1093 = arith.muli %1092, %82 : i64
              %1094 = arith.addi %1093, %919 : i64
              %1095 = llvm.getelementptr %172[%1094] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1096 = llvm.intr.masked.load %1095, %924, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1097 = arith.addf %927#2, %1096 : vector<16xf32>
              %1098 = arith.muli %1092, %76 : i64
              %1099 = arith.addi %1098, %919 : i64
              %1100 = llvm.call @gelu_16(%1097) : (vector<16xf32>) -> vector<16xf32>
              %1101 = llvm.getelementptr %170[%1099] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1100, %1101, %924 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1102 = arith.cmpi sgt, %1070, %11 : i64
            scf.if %1102 {
              %1103 = arith.addi %1063, %11 : i64
              %1104 = arith.muli %1103, %82 : i64
              %1105 = arith.addi %1104, %919 : i64
              %1106 = llvm.getelementptr %172[%1105] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1107 = llvm.intr.masked.load %1106, %924, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1108 = arith.addf %927#3, %1107 : vector<16xf32>
              %1109 = arith.muli %1103, %76 : i64
              %1110 = arith.addi %1109, %919 : i64
              %1111 = llvm.call @gelu_16(%1108) : (vector<16xf32>) -> vector<16xf32>
              %1112 = llvm.getelementptr %170[%1110] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1111, %1112, %924 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1113 = arith.cmpi sgt, %1070, %15 : i64
            scf.if %1113 {
              %1114 = arith.addi %1063, %15 : i64
              %1115 = arith.muli %1114, %82 : i64
              %1116 = arith.addi %1115, %919 : i64
              %1117 = llvm.getelementptr %172[%1116] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1118 = llvm.intr.masked.load %1117, %924, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1119 = arith.addf %927#4, %1118 : vector<16xf32>
              %1120 = arith.muli %1114, %76 : i64
              %1121 = arith.addi %1120, %919 : i64
              %1122 = llvm.call @gelu_16(%1119) : (vector<16xf32>) -> vector<16xf32>
              %1123 = llvm.getelementptr %170[%1121] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1122, %1123, %924 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1124 = arith.cmpi sgt, %1070, %19 : i64
            scf.if %1124 {
              %1125 = arith.addi %1063, %19 : i64
              %1126 = arith.muli %1125, %82 : i64
              %1127 = arith.addi %1126, %919 : i64
              %1128 = llvm.getelementptr %172[%1127] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1129 = llvm.intr.masked.load %1128, %924, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1130 = arith.addf %927#5, %1129 : vector<16xf32>
              %1131 = arith.muli %1125, %76 : i64
              %1132 = arith.addi %1131, %919 : i64
              %1133 = llvm.call @gelu_16(%1130) : (vector<16xf32>) -> vector<16xf32>
              %1134 = llvm.getelementptr %170[%1132] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1133, %1134, %924 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1135 = arith.cmpi sgt, %1070, %23 : i64
            scf.if %1135 {
              %1136 = arith.addi %1063, %23 : i64
              %1137 = arith.muli %1136, %82 : i64
              %1138 = arith.addi %1137, %919 : i64
              %1139 = llvm.getelementptr %172[%1138] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1140 = llvm.intr.masked.load %1139, %924, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1141 = arith.addf %927#6, %1140 : vector<16xf32>
              %1142 = arith.muli %1136, %76 : i64
              %1143 = arith.addi %1142, %919 : i64
              %1144 = llvm.call @gelu_16(%1141) : (vector<16xf32>) -> vector<16xf32>
              %1145 = llvm.getelementptr %170[%1143] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1144, %1145, %924 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
            %1146 = arith.cmpi sgt, %1070, %27 : i64
            scf.if %1146 {
              %1147 = arith.addi %1063, %27 : i64
              %1148 = arith.muli %1147, %82 : i64
              %1149 = arith.addi %1148, %919 : i64
              %1150 = llvm.getelementptr %172[%1149] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              %1151 = llvm.intr.masked.load %1150, %924, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
              %1152 = arith.addf %927#7, %1151 : vector<16xf32>
              %1153 = arith.muli %1147, %76 : i64
              %1154 = arith.addi %1153, %919 : i64
              %1155 = llvm.call @gelu_16(%1152) : (vector<16xf32>) -> vector<16xf32>
              %1156 = llvm.getelementptr %170[%1154] : (!llvm.ptr, i64) -> !llvm.ptr, f32
              llvm.intr.masked.store %1155, %1156, %924 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
            }
          }
        }
      }
    }
    llvm.return
  }
  llvm.func @vblock_8x1_f32_i16_features_features_bias_residual_gelu_team(%arg0: !llvm.ptr) {
    %1157 = arith.constant 0 : i64
    %1158 = llvm.getelementptr %arg0[%1157] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %1159 = llvm.load %1158 {alignment = 8 : i64} : !llvm.ptr -> i64
    %1160 = llvm.inttoptr %1159 : i64 to !llvm.ptr
    %1161 = arith.constant 1 : i64
    %1162 = llvm.getelementptr %arg0[%1161] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %1163 = llvm.load %1162 {alignment = 8 : i64} : !llvm.ptr -> i64
    %1164 = llvm.inttoptr %1163 : i64 to !llvm.ptr
    %1165 = arith.constant 2 : i64
    %1166 = llvm.getelementptr %arg0[%1165] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %1167 = llvm.load %1166 {alignment = 8 : i64} : !llvm.ptr -> i64
    %1168 = llvm.call %1160() : !llvm.ptr, () -> i32
    %1169 = arith.extsi %1168 : i32 to i64
    %1170 = llvm.call %1164() : !llvm.ptr, () -> i32
    %1171 = arith.extsi %1170 : i32 to i64
    scf.for %1172 = %1169 to %1167 step %1171 : i64 {
      llvm.call @vblock_8x1_f32_i16_features_features_bias_residual_gelu(%arg0, %1172) : (!llvm.ptr, i64) -> ()
    }
    llvm.return
  }
  llvm.func @vblock_8x1_f32_i16_features_features_bias_residual_gelu_entries(%arg0: !llvm.ptr) {
    %1174 = llvm.mlir.addressof @vblock_8x1_f32_i16_features_features_bias_residual_gelu : !llvm.ptr
    %1175 = arith.constant 0 : i64
    %1176 = llvm.getelementptr %arg0[%1175] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %1174, %1176 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %1177 = llvm.mlir.addressof @vblock_8x1_f32_i16_features_features_bias_residual_gelu_team : !llvm.ptr
    %1178 = arith.constant 1 : i64
    %1179 = llvm.getelementptr %arg0[%1178] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %1177, %1179 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
  llvm.func internal @gelu_16(%arg0: vector<16xf32>) -> vector<16xf32> attributes {no_inline} {
    %1180 = arith.constant dense<5.000000000e-01> : vector<16xf32>
    %1181 = arith.mulf %arg0, %1180 : vector<16xf32>
    %1182 = arith.constant dense<7.071067812e-01> : vector<16xf32>
    %1183 = arith.mulf %arg0, %1182 : vector<16xf32>
    %1184 = math.absf %1183 : vector<16xf32>
    %1185 = arith.constant dense<1.000000000e+00> : vector<16xf32>
    %1186 = arith.constant dense<3.275911000e-01> : vector<16xf32>
    %1187 = vector.fma %1184, %1186, %1185 : vector<16xf32>
    %1188 = arith.divf %1185, %1187 : vector<16xf32>
    %1189 = arith.constant dense<1.061405429e+00> : vector<16xf32>
    %1190 = arith.constant dense<-1.453152027e+00> : vector<16xf32>
    %1191 = vector.fma %1189, %1188, %1190 : vector<16xf32>
    %1192 = arith.constant dense<1.421413741e+00> : vector<16xf32>
    %1193 = vector.fma %1191, %1188, %1192 : vector<16xf32>
    %1194 = arith.constant dense<-2.844967360e-01> : vector<16xf32>
    %1195 = vector.fma %1193, %1188, %1194 : vector<16xf32>
    %1196 = arith.constant dense<2.548295920e-01> : vector<16xf32>
    %1197 = vector.fma %1195, %1188, %1196 : vector<16xf32>
    %1198 = arith.mulf %1197, %1188 : vector<16xf32>
    %1199 = arith.constant dense<0.000000000e+00> : vector<16xf32>
    %1200 = arith.mulf %1184, %1184 : vector<16xf32>
    %1201 = arith.subf %1199, %1200 : vector<16xf32>
    %1202 = arith.constant dense<8.837626266e+01> : vector<16xf32>
    %1203 = arith.minimumf %1201, %1202 : vector<16xf32>
    %1204 = arith.constant dense<-8.733654475e+01> : vector<16xf32>
    %1205 = arith.maximumf %1203, %1204 : vector<16xf32>
    %1206 = arith.constant dense<1.258291200e+07> : vector<16xf32>
    %1207 = arith.constant dense<1.442695041e+00> : vector<16xf32>
    %1208 = vector.fma %1205, %1207, %1206 : vector<16xf32>
    %1209 = arith.subf %1208, %1206 : vector<16xf32>
    %1210 = arith.constant dense<-6.931457520e-01> : vector<16xf32>
    %1211 = vector.fma %1209, %1210, %1205 : vector<16xf32>
    %1212 = arith.constant dense<-1.428606765e-06> : vector<16xf32>
    %1213 = vector.fma %1209, %1212, %1211 : vector<16xf32>
    %1214 = arith.constant dense<1.984126984e-04> : vector<16xf32>
    %1215 = arith.constant dense<1.388888889e-03> : vector<16xf32>
    %1216 = vector.fma %1214, %1213, %1215 : vector<16xf32>
    %1217 = arith.constant dense<8.333333333e-03> : vector<16xf32>
    %1218 = vector.fma %1216, %1213, %1217 : vector<16xf32>
    %1219 = arith.constant dense<4.166666667e-02> : vector<16xf32>
    %1220 = vector.fma %1218, %1213, %1219 : vector<16xf32>
    %1221 = arith.constant dense<1.666666667e-01> : vector<16xf32>
    %1222 = vector.fma %1220, %1213, %1221 : vector<16xf32>
    %1223 = vector.fma %1222, %1213, %1180 : vector<16xf32>
    %1224 = vector.fma %1223, %1213, %1185 : vector<16xf32>
    %1225 = vector.fma %1224, %1213, %1185 : vector<16xf32>
    %1226 = arith.bitcast %1208 : vector<16xf32> to vector<16xi32>
    %1227 = arith.constant dense<23> : vector<16xi32>
    %1228 = arith.shli %1226, %1227 : vector<16xi32>
    %1229 = arith.bitcast %1225 : vector<16xf32> to vector<16xi32>
    %1230 = arith.addi %1229, %1228 : vector<16xi32>
    %1231 = arith.bitcast %1230 : vector<16xi32> to vector<16xf32>
    %1232 = vector.fma %1213, %1199, %1231 : vector<16xf32>
    %1233 = arith.constant dense<8.872280000e+01> : vector<16xf32>
    %1234 = arith.cmpf ogt, %1201, %1233 : vector<16xf32>
    %1235 = arith.constant dense<0x7F800000> : vector<16xf32>
    %1236 = arith.select %1234, %1235, %1232 : vector<16xi1>, vector<16xf32>
    %1237 = arith.mulf %1198, %1236 : vector<16xf32>
    %1238 = arith.subf %1185, %1237 : vector<16xf32>
    %1239 = math.copysign %1238, %1183 : vector<16xf32>
    %1240 = vector.fma %1181, %1239, %1181 : vector<16xf32>
    llvm.return %1240 : vector<16xf32>
  }
}
