module {
  llvm.func @vblock_1x1_f32_i32_panels_features_silu(%arg0: !llvm.ptr, %arg1: i64) {
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
    %154 = arith.ceildivsi %49, %59 : i64
    %155 = arith.muli %154, %102 : i64
    %156 = arith.divui %155, %103 : i64
    %157 = arith.muli %156, %59 : i64
    %158 = arith.minsi %157, %49 : i64
    %159 = arith.addi %102, %4 : i64
    %160 = arith.ceildivsi %49, %59 : i64
    %161 = arith.muli %160, %159 : i64
    %162 = arith.divui %161, %103 : i64
    %163 = arith.muli %162, %59 : i64
    %164 = arith.minsi %163, %49 : i64
    scf.for %165 = %0 to %61 step %4 : i64 {
      %167 = arith.muli %165, %73 : i64
      %168 = llvm.getelementptr %14[%167] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %169 = arith.muli %165, %79 : i64
      %170 = llvm.getelementptr %18[%169] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %171 = arith.muli %165, %85 : i64
      %172 = llvm.getelementptr %38[%171] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %173 = arith.muli %arg1, %88 : i64
      %174 = llvm.getelementptr %42[%173] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      scf.for %175 = %158 to %164 step %67 : i64 {
        %177 = arith.addi %175, %67 : i64
        %178 = arith.minsi %177, %164 : i64
        %179 = arith.constant dense<0.000000000e+00> : vector<4xf32>
        %180 = arith.subi %178, %175 : i64
        %181 = arith.divui %180, %15 : i64
        %182 = arith.divui %181, %15 : i64
        %183 = arith.muli %182, %15 : i64
        %184 = arith.muli %183, %15 : i64
        %185 = arith.addi %175, %184 : i64
        %186 = arith.subi %181, %183 : i64
        %187 = arith.divui %186, %11 : i64
        %188 = arith.muli %187, %11 : i64
        %189 = arith.muli %188, %15 : i64
        %190 = arith.addi %185, %189 : i64
        %191 = arith.subi %186, %188 : i64
        %192 = arith.divui %191, %8 : i64
        %193 = arith.muli %192, %8 : i64
        %194 = arith.muli %193, %15 : i64
        %195 = arith.addi %190, %194 : i64
        %196 = arith.subi %191, %193 : i64
        %197 = arith.divui %196, %4 : i64
        %198 = arith.muli %197, %15 : i64
        %199 = arith.addi %195, %198 : i64
        %200 = arith.subi %196, %197 : i64
        %203 = scf.for %201 = %175 to %185 step %59 iter_args(%202 = %179) -> (vector<4xf32>) : i64 {
          %204 = arith.muli %52, %15 : i64
          %205 = arith.divui %201, %15 : i64
          %206 = arith.muli %205, %204 : i64
          %207 = llvm.getelementptr %168[%206] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %208 = arith.addi %205, %4 : i64
          %209 = arith.muli %208, %204 : i64
          %210 = llvm.getelementptr %168[%209] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %211 = arith.addi %205, %8 : i64
          %212 = arith.muli %211, %204 : i64
          %213 = llvm.getelementptr %168[%212] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %214 = arith.addi %205, %11 : i64
          %215 = arith.muli %214, %204 : i64
          %216 = llvm.getelementptr %168[%215] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %222:4 = scf.for %217 = %0 to %52 step %4 iter_args(%218 = %202, %219 = %179, %220 = %179, %221 = %179) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
            %223 = arith.muli %217, %15 : i64
            %224 = llvm.getelementptr %207[%223] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %225 = llvm.load %224 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %226 = arith.muli %217, %15 : i64
            %227 = llvm.getelementptr %210[%226] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %228 = llvm.load %227 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %229 = arith.muli %217, %15 : i64
            %230 = llvm.getelementptr %213[%229] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %231 = llvm.load %230 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %232 = arith.muli %217, %15 : i64
            %233 = llvm.getelementptr %216[%232] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %234 = llvm.load %233 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %235 = vector.fma %225, %179, %218 : vector<4xf32>
            %236 = vector.fma %228, %179, %219 : vector<4xf32>
            %237 = vector.fma %231, %179, %220 : vector<4xf32>
            %238 = vector.fma %234, %179, %221 : vector<4xf32>
            scf.yield %235, %236, %237, %238 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
          }
          %239 = arith.addf %222#0, %222#1 : vector<4xf32>
          %240 = arith.addf %239, %222#2 : vector<4xf32>
          %241 = arith.addf %240, %222#3 : vector<4xf32>
          scf.yield %241 : vector<4xf32>
        }
        %244 = scf.for %242 = %185 to %190 step %47 iter_args(%243 = %203) -> (vector<4xf32>) : i64 {
          %245 = arith.muli %52, %15 : i64
          %246 = arith.divui %242, %15 : i64
          %247 = arith.muli %246, %245 : i64
          %248 = llvm.getelementptr %168[%247] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %249 = arith.addi %246, %4 : i64
          %250 = arith.muli %249, %245 : i64
          %251 = llvm.getelementptr %168[%250] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %252 = arith.addi %246, %8 : i64
          %253 = arith.muli %252, %245 : i64
          %254 = llvm.getelementptr %168[%253] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %259:3 = scf.for %255 = %0 to %52 step %4 iter_args(%256 = %243, %257 = %179, %258 = %179) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
            %260 = arith.muli %255, %15 : i64
            %261 = llvm.getelementptr %248[%260] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %262 = llvm.load %261 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %263 = arith.muli %255, %15 : i64
            %264 = llvm.getelementptr %251[%263] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %265 = llvm.load %264 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %266 = arith.muli %255, %15 : i64
            %267 = llvm.getelementptr %254[%266] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %268 = llvm.load %267 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %269 = vector.fma %262, %179, %256 : vector<4xf32>
            %270 = vector.fma %265, %179, %257 : vector<4xf32>
            %271 = vector.fma %268, %179, %258 : vector<4xf32>
            scf.yield %269, %270, %271 : vector<4xf32>, vector<4xf32>, vector<4xf32>
          }
          %272 = arith.addf %259#0, %259#1 : vector<4xf32>
          %273 = arith.addf %272, %259#2 : vector<4xf32>
          scf.yield %273 : vector<4xf32>
        }
        %276 = scf.for %274 = %190 to %195 step %31 iter_args(%275 = %244) -> (vector<4xf32>) : i64 {
          %277 = arith.muli %52, %15 : i64
          %278 = arith.divui %274, %15 : i64
          %279 = arith.muli %278, %277 : i64
          %280 = llvm.getelementptr %168[%279] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %281 = arith.addi %278, %4 : i64
          %282 = arith.muli %281, %277 : i64
          %283 = llvm.getelementptr %168[%282] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %287:2 = scf.for %284 = %0 to %52 step %4 iter_args(%285 = %275, %286 = %179) -> (vector<4xf32>, vector<4xf32>) : i64 {
            %288 = arith.muli %284, %15 : i64
            %289 = llvm.getelementptr %280[%288] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %290 = llvm.load %289 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %291 = arith.muli %284, %15 : i64
            %292 = llvm.getelementptr %283[%291] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %293 = llvm.load %292 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %294 = vector.fma %290, %179, %285 : vector<4xf32>
            %295 = vector.fma %293, %179, %286 : vector<4xf32>
            scf.yield %294, %295 : vector<4xf32>, vector<4xf32>
          }
          %296 = arith.addf %287#0, %287#1 : vector<4xf32>
          scf.yield %296 : vector<4xf32>
        }
        %299 = scf.for %297 = %195 to %199 step %15 iter_args(%298 = %276) -> (vector<4xf32>) : i64 {
          %300 = arith.muli %52, %15 : i64
          %301 = arith.divui %297, %15 : i64
          %302 = arith.muli %301, %300 : i64
          %303 = llvm.getelementptr %168[%302] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %306 = scf.for %304 = %0 to %52 step %4 iter_args(%305 = %298) -> (vector<4xf32>) : i64 {
            %307 = arith.muli %304, %15 : i64
            %308 = llvm.getelementptr %303[%307] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %309 = llvm.load %308 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %310 = vector.fma %309, %179, %305 : vector<4xf32>
            scf.yield %310 : vector<4xf32>
          }
          scf.yield %306 : vector<4xf32>
        }
        %313 = scf.for %311 = %199 to %178 step %15 iter_args(%312 = %299) -> (vector<4xf32>) : i64 {
          %314 = arith.subi %178, %311 : i64
          %315 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
          %316 = vector.broadcast %314 : i64 to vector<4xi64>
          %317 = arith.cmpi slt, %315, %316 : vector<4xi64>
          %318 = arith.muli %52, %15 : i64
          %319 = arith.divui %311, %15 : i64
          %320 = arith.muli %319, %318 : i64
          %321 = llvm.getelementptr %168[%320] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %324 = scf.for %322 = %0 to %52 step %4 iter_args(%323 = %312) -> (vector<4xf32>) : i64 {
            %325 = arith.muli %322, %15 : i64
            %326 = llvm.getelementptr %321[%325] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %327 = llvm.load %326 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %328 = vector.fma %327, %179, %323 : vector<4xf32>
            scf.yield %328 : vector<4xf32>
          }
          scf.yield %324 : vector<4xf32>
        }
        %329 = vector.reduction <add>, %313 : vector<4xf32> into f32
        %330 = arith.constant 0.000000000e+00 : f32
        %331 = arith.cmpf ord, %329, %330 : f32
        scf.for %332 = %116#0 to %141#0 step %4 : i64 {
          %334 = arith.muli %332, %8 : i64
          %335 = llvm.getelementptr %30[%334] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %336 = llvm.load %335 {alignment = 4 : i64} : !llvm.ptr -> i32
          %337 = arith.extsi %336 : i32 to i64
          %338 = arith.addi %332, %4 : i64
          %339 = arith.muli %338, %8 : i64
          %340 = llvm.getelementptr %30[%339] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %341 = llvm.load %340 {alignment = 4 : i64} : !llvm.ptr -> i32
          %342 = arith.extsi %341 : i32 to i64
          %343 = arith.muli %97, %58 : i64
          %344 = arith.addi %332, %343 : i64
          %345 = arith.muli %344, %8 : i64
          %346 = arith.addi %345, %4 : i64
          %347 = llvm.getelementptr %30[%346] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %348 = llvm.load %347 {alignment = 4 : i64} : !llvm.ptr -> i32
          %349 = arith.extsi %348 : i32 to i64
          %350 = arith.addi %344, %4 : i64
          %351 = arith.muli %350, %8 : i64
          %352 = arith.addi %351, %4 : i64
          %353 = llvm.getelementptr %30[%352] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %354 = llvm.load %353 {alignment = 4 : i64} : !llvm.ptr -> i32
          %355 = arith.extsi %354 : i32 to i64
          %356 = arith.subi %355, %349 : i64
          %357 = arith.subi %178, %175 : i64
          %358 = arith.divui %357, %15 : i64
          %359 = arith.divui %358, %15 : i64
          %360 = arith.muli %359, %15 : i64
          %361 = arith.muli %360, %15 : i64
          %362 = arith.addi %175, %361 : i64
          %363 = arith.subi %358, %360 : i64
          %364 = arith.divui %363, %11 : i64
          %365 = arith.muli %364, %11 : i64
          %366 = arith.muli %365, %15 : i64
          %367 = arith.addi %362, %366 : i64
          %368 = arith.subi %363, %365 : i64
          %369 = arith.divui %368, %8 : i64
          %370 = arith.muli %369, %8 : i64
          %371 = arith.muli %370, %15 : i64
          %372 = arith.addi %367, %371 : i64
          %373 = arith.subi %368, %370 : i64
          %374 = arith.divui %373, %4 : i64
          %375 = arith.muli %374, %15 : i64
          %376 = arith.addi %372, %375 : i64
          %377 = arith.subi %373, %374 : i64
          scf.for %378 = %175 to %362 step %59 : i64 {
            %380 = arith.muli %52, %15 : i64
            %381 = arith.divui %378, %15 : i64
            %382 = arith.muli %381, %380 : i64
            %383 = llvm.getelementptr %168[%382] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %384 = arith.addi %381, %4 : i64
            %385 = arith.muli %384, %380 : i64
            %386 = llvm.getelementptr %168[%385] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %387 = arith.addi %381, %8 : i64
            %388 = arith.muli %387, %380 : i64
            %389 = llvm.getelementptr %168[%388] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %390 = arith.addi %381, %11 : i64
            %391 = arith.muli %390, %380 : i64
            %392 = llvm.getelementptr %168[%391] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %393 = arith.subi %378, %175 : i64
            %394:4 = scf.if %331 -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) {
              %400:4 = scf.for %395 = %337 to %342 step %4 iter_args(%396 = %179, %397 = %179, %398 = %179, %399 = %179) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
                %401 = llvm.getelementptr %26[%395] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %402 = llvm.load %401 {alignment = 4 : i64} : !llvm.ptr -> i32
                %403 = arith.extui %402 : i32 to i64
                %404 = llvm.getelementptr %22[%395] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %405 = llvm.load %404 {alignment = 4 : i64} : !llvm.ptr -> f32
                %406 = vector.broadcast %405 : f32 to vector<4xf32>
                %407 = arith.muli %403, %15 : i64
                %408 = llvm.getelementptr %383[%407] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %409 = llvm.load %408 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %410 = arith.muli %403, %15 : i64
                %411 = llvm.getelementptr %386[%410] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %412 = llvm.load %411 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %413 = arith.muli %403, %15 : i64
                %414 = llvm.getelementptr %389[%413] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %415 = llvm.load %414 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %416 = arith.muli %403, %15 : i64
                %417 = llvm.getelementptr %392[%416] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %418 = llvm.load %417 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %419 = vector.fma %406, %409, %396 : vector<4xf32>
                %420 = vector.fma %406, %412, %397 : vector<4xf32>
                %421 = vector.fma %406, %415, %398 : vector<4xf32>
                %422 = vector.fma %406, %418, %399 : vector<4xf32>
                scf.yield %419, %420, %421, %422 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
              }
              scf.yield %400#0, %400#1, %400#2, %400#3 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
            } else {
              %429:5 = scf.for %423 = %0 to %52 step %4 iter_args(%424 = %337, %425 = %179, %426 = %179, %427 = %179, %428 = %179) -> (i64, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
                %430 = arith.constant -1 : i64
                %431 = arith.addi %342, %430 : i64
                %432 = arith.minsi %424, %431 : i64
                %433 = arith.maxsi %432, %0 : i64
                %434 = arith.cmpi slt, %424, %342 : i64
                %435 = llvm.getelementptr %26[%433] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %436 = llvm.load %435 {alignment = 4 : i64} : !llvm.ptr -> i32
                %437 = arith.extui %436 : i32 to i64
                %438 = arith.cmpi eq, %437, %423 : i64
                %439 = arith.andi %434, %438 : i1
                %440 = llvm.getelementptr %22[%433] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %441 = llvm.load %440 {alignment = 4 : i64} : !llvm.ptr -> f32
                %442 = vector.broadcast %441 : f32 to vector<4xf32>
                %443 = arith.select %439, %442, %179 : vector<4xf32>
                %444 = arith.extui %439 : i1 to i64
                %445 = arith.addi %424, %444 : i64
                %446 = arith.muli %423, %15 : i64
                %447 = llvm.getelementptr %383[%446] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %448 = llvm.load %447 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %449 = arith.muli %423, %15 : i64
                %450 = llvm.getelementptr %386[%449] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %451 = llvm.load %450 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %452 = arith.muli %423, %15 : i64
                %453 = llvm.getelementptr %389[%452] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %454 = llvm.load %453 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %455 = arith.muli %423, %15 : i64
                %456 = llvm.getelementptr %392[%455] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %457 = llvm.load %456 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %458 = vector.fma %443, %448, %425 : vector<4xf32>
                %459 = vector.fma %443, %451, %426 : vector<4xf32>
                %460 = vector.fma %443, %454, %427 : vector<4xf32>
                %461 = vector.fma %443, %457, %428 : vector<4xf32>
                scf.yield %445, %458, %459, %460, %461 : i64, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
              }
              scf.yield %429#1, %429#2, %429#3, %429#4 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
            }
            %462 = arith.muli %97, %58 : i64
            %463 = arith.addi %332, %462 : i64
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
            %476 = arith.muli %468, %76 : i64
            %477 = arith.addi %476, %378 : i64
            %478 = llvm.call @silu_4(%394#0) : (vector<4xf32>) -> vector<4xf32>
            %479 = llvm.getelementptr %170[%477] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %478, %479 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %480 = arith.addi %378, %15 : i64
            %481 = arith.muli %468, %76 : i64
            %482 = arith.addi %481, %480 : i64
            %483 = llvm.call @silu_4(%394#1) : (vector<4xf32>) -> vector<4xf32>
            %484 = llvm.getelementptr %170[%482] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %483, %484 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %485 = arith.addi %378, %31 : i64
            %486 = arith.muli %468, %76 : i64
            %487 = arith.addi %486, %485 : i64
            %488 = llvm.call @silu_4(%394#2) : (vector<4xf32>) -> vector<4xf32>
            %489 = llvm.getelementptr %170[%487] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %488, %489 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %490 = arith.addi %378, %47 : i64
            %491 = arith.muli %468, %76 : i64
            %492 = arith.addi %491, %490 : i64
            %493 = llvm.call @silu_4(%394#3) : (vector<4xf32>) -> vector<4xf32>
            %494 = llvm.getelementptr %170[%492] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %493, %494 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          scf.for %495 = %362 to %367 step %47 : i64 {
            %497 = arith.muli %52, %15 : i64
            %498 = arith.divui %495, %15 : i64
            %499 = arith.muli %498, %497 : i64
            %500 = llvm.getelementptr %168[%499] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %501 = arith.addi %498, %4 : i64
            %502 = arith.muli %501, %497 : i64
            %503 = llvm.getelementptr %168[%502] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %504 = arith.addi %498, %8 : i64
            %505 = arith.muli %504, %497 : i64
            %506 = llvm.getelementptr %168[%505] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %507 = arith.subi %495, %175 : i64
            %508:3 = scf.if %331 -> (vector<4xf32>, vector<4xf32>, vector<4xf32>) {
              %513:3 = scf.for %509 = %337 to %342 step %4 iter_args(%510 = %179, %511 = %179, %512 = %179) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
                %514 = llvm.getelementptr %26[%509] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %515 = llvm.load %514 {alignment = 4 : i64} : !llvm.ptr -> i32
                %516 = arith.extui %515 : i32 to i64
                %517 = llvm.getelementptr %22[%509] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %518 = llvm.load %517 {alignment = 4 : i64} : !llvm.ptr -> f32
                %519 = vector.broadcast %518 : f32 to vector<4xf32>
                %520 = arith.muli %516, %15 : i64
                %521 = llvm.getelementptr %500[%520] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %522 = llvm.load %521 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %523 = arith.muli %516, %15 : i64
                %524 = llvm.getelementptr %503[%523] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %525 = llvm.load %524 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %526 = arith.muli %516, %15 : i64
                %527 = llvm.getelementptr %506[%526] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %528 = llvm.load %527 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %529 = vector.fma %519, %522, %510 : vector<4xf32>
                %530 = vector.fma %519, %525, %511 : vector<4xf32>
                %531 = vector.fma %519, %528, %512 : vector<4xf32>
                scf.yield %529, %530, %531 : vector<4xf32>, vector<4xf32>, vector<4xf32>
              }
              scf.yield %513#0, %513#1, %513#2 : vector<4xf32>, vector<4xf32>, vector<4xf32>
            } else {
              %537:4 = scf.for %532 = %0 to %52 step %4 iter_args(%533 = %337, %534 = %179, %535 = %179, %536 = %179) -> (i64, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
                %538 = arith.constant -1 : i64
                %539 = arith.addi %342, %538 : i64
                %540 = arith.minsi %533, %539 : i64
                %541 = arith.maxsi %540, %0 : i64
                %542 = arith.cmpi slt, %533, %342 : i64
                %543 = llvm.getelementptr %26[%541] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %544 = llvm.load %543 {alignment = 4 : i64} : !llvm.ptr -> i32
                %545 = arith.extui %544 : i32 to i64
                %546 = arith.cmpi eq, %545, %532 : i64
                %547 = arith.andi %542, %546 : i1
                %548 = llvm.getelementptr %22[%541] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %549 = llvm.load %548 {alignment = 4 : i64} : !llvm.ptr -> f32
                %550 = vector.broadcast %549 : f32 to vector<4xf32>
                %551 = arith.select %547, %550, %179 : vector<4xf32>
                %552 = arith.extui %547 : i1 to i64
                %553 = arith.addi %533, %552 : i64
                %554 = arith.muli %532, %15 : i64
                %555 = llvm.getelementptr %500[%554] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %556 = llvm.load %555 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %557 = arith.muli %532, %15 : i64
                %558 = llvm.getelementptr %503[%557] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %559 = llvm.load %558 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %560 = arith.muli %532, %15 : i64
                %561 = llvm.getelementptr %506[%560] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %562 = llvm.load %561 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %563 = vector.fma %551, %556, %534 : vector<4xf32>
                %564 = vector.fma %551, %559, %535 : vector<4xf32>
                %565 = vector.fma %551, %562, %536 : vector<4xf32>
                scf.yield %553, %563, %564, %565 : i64, vector<4xf32>, vector<4xf32>, vector<4xf32>
              }
              scf.yield %537#1, %537#2, %537#3 : vector<4xf32>, vector<4xf32>, vector<4xf32>
            }
            %566 = arith.muli %97, %58 : i64
            %567 = arith.addi %332, %566 : i64
            %568 = arith.muli %567, %8 : i64
            %569 = arith.addi %568, %4 : i64
            %570 = llvm.getelementptr %30[%569] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %571 = llvm.load %570 {alignment = 4 : i64} : !llvm.ptr -> i32
            %572 = arith.extsi %571 : i32 to i64
            %573 = arith.addi %567, %4 : i64
            %574 = arith.muli %573, %8 : i64
            %575 = arith.addi %574, %4 : i64
            %576 = llvm.getelementptr %30[%575] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %577 = llvm.load %576 {alignment = 4 : i64} : !llvm.ptr -> i32
            %578 = arith.extsi %577 : i32 to i64
            %579 = arith.subi %578, %572 : i64
            %580 = arith.muli %572, %76 : i64
            %581 = arith.addi %580, %495 : i64
            %582 = llvm.call @silu_4(%508#0) : (vector<4xf32>) -> vector<4xf32>
            %583 = llvm.getelementptr %170[%581] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %582, %583 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %584 = arith.addi %495, %15 : i64
            %585 = arith.muli %572, %76 : i64
            %586 = arith.addi %585, %584 : i64
            %587 = llvm.call @silu_4(%508#1) : (vector<4xf32>) -> vector<4xf32>
            %588 = llvm.getelementptr %170[%586] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %587, %588 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %589 = arith.addi %495, %31 : i64
            %590 = arith.muli %572, %76 : i64
            %591 = arith.addi %590, %589 : i64
            %592 = llvm.call @silu_4(%508#2) : (vector<4xf32>) -> vector<4xf32>
            %593 = llvm.getelementptr %170[%591] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %592, %593 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          scf.for %594 = %367 to %372 step %31 : i64 {
            %596 = arith.muli %52, %15 : i64
            %597 = arith.divui %594, %15 : i64
            %598 = arith.muli %597, %596 : i64
            %599 = llvm.getelementptr %168[%598] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %600 = arith.addi %597, %4 : i64
            %601 = arith.muli %600, %596 : i64
            %602 = llvm.getelementptr %168[%601] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %603 = arith.subi %594, %175 : i64
            %604:2 = scf.if %331 -> (vector<4xf32>, vector<4xf32>) {
              %605 = arith.subi %342, %337 : i64
              %606 = arith.divui %605, %8 : i64
              %607 = arith.muli %606, %8 : i64
              %608 = arith.addi %337, %607 : i64
              %614:4 = scf.for %609 = %337 to %608 step %8 iter_args(%610 = %179, %611 = %179, %612 = %179, %613 = %179) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
                %615 = llvm.getelementptr %26[%609] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %616 = llvm.load %615 {alignment = 4 : i64} : !llvm.ptr -> i32
                %617 = arith.extui %616 : i32 to i64
                %618 = llvm.getelementptr %22[%609] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %619 = llvm.load %618 {alignment = 4 : i64} : !llvm.ptr -> f32
                %620 = vector.broadcast %619 : f32 to vector<4xf32>
                %621 = arith.muli %617, %15 : i64
                %622 = llvm.getelementptr %599[%621] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %623 = llvm.load %622 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %624 = arith.muli %617, %15 : i64
                %625 = llvm.getelementptr %602[%624] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %626 = llvm.load %625 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %627 = vector.fma %620, %623, %610 : vector<4xf32>
                %628 = vector.fma %620, %626, %611 : vector<4xf32>
                %629 = arith.addi %609, %4 : i64
                %630 = llvm.getelementptr %26[%629] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %631 = llvm.load %630 {alignment = 4 : i64} : !llvm.ptr -> i32
                %632 = arith.extui %631 : i32 to i64
                %633 = llvm.getelementptr %22[%629] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %634 = llvm.load %633 {alignment = 4 : i64} : !llvm.ptr -> f32
                %635 = vector.broadcast %634 : f32 to vector<4xf32>
                %636 = arith.muli %632, %15 : i64
                %637 = llvm.getelementptr %599[%636] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %638 = llvm.load %637 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %639 = arith.muli %632, %15 : i64
                %640 = llvm.getelementptr %602[%639] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %641 = llvm.load %640 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %642 = vector.fma %635, %638, %612 : vector<4xf32>
                %643 = vector.fma %635, %641, %613 : vector<4xf32>
                scf.yield %627, %628, %642, %643 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
              }
              %644 = arith.addf %614#0, %614#2 : vector<4xf32>
              %645 = arith.addf %614#1, %614#3 : vector<4xf32>
              %649:2 = scf.for %646 = %608 to %342 step %4 iter_args(%647 = %644, %648 = %645) -> (vector<4xf32>, vector<4xf32>) : i64 {
                %650 = llvm.getelementptr %26[%646] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %651 = llvm.load %650 {alignment = 4 : i64} : !llvm.ptr -> i32
                %652 = arith.extui %651 : i32 to i64
                %653 = llvm.getelementptr %22[%646] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %654 = llvm.load %653 {alignment = 4 : i64} : !llvm.ptr -> f32
                %655 = vector.broadcast %654 : f32 to vector<4xf32>
                %656 = arith.muli %652, %15 : i64
                %657 = llvm.getelementptr %599[%656] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %658 = llvm.load %657 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %659 = arith.muli %652, %15 : i64
                %660 = llvm.getelementptr %602[%659] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %661 = llvm.load %660 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %662 = vector.fma %655, %658, %647 : vector<4xf32>
                %663 = vector.fma %655, %661, %648 : vector<4xf32>
                scf.yield %662, %663 : vector<4xf32>, vector<4xf32>
              }
              scf.yield %649#0, %649#1 : vector<4xf32>, vector<4xf32>
            } else {
              %668:3 = scf.for %664 = %0 to %52 step %4 iter_args(%665 = %337, %666 = %179, %667 = %179) -> (i64, vector<4xf32>, vector<4xf32>) : i64 {
                %669 = arith.constant -1 : i64
                %670 = arith.addi %342, %669 : i64
                %671 = arith.minsi %665, %670 : i64
                %672 = arith.maxsi %671, %0 : i64
                %673 = arith.cmpi slt, %665, %342 : i64
                %674 = llvm.getelementptr %26[%672] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %675 = llvm.load %674 {alignment = 4 : i64} : !llvm.ptr -> i32
                %676 = arith.extui %675 : i32 to i64
                %677 = arith.cmpi eq, %676, %664 : i64
                %678 = arith.andi %673, %677 : i1
                %679 = llvm.getelementptr %22[%672] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %680 = llvm.load %679 {alignment = 4 : i64} : !llvm.ptr -> f32
                %681 = vector.broadcast %680 : f32 to vector<4xf32>
                %682 = arith.select %678, %681, %179 : vector<4xf32>
                %683 = arith.extui %678 : i1 to i64
                %684 = arith.addi %665, %683 : i64
                %685 = arith.muli %664, %15 : i64
                %686 = llvm.getelementptr %599[%685] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %687 = llvm.load %686 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %688 = arith.muli %664, %15 : i64
                %689 = llvm.getelementptr %602[%688] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %690 = llvm.load %689 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %691 = vector.fma %682, %687, %666 : vector<4xf32>
                %692 = vector.fma %682, %690, %667 : vector<4xf32>
                scf.yield %684, %691, %692 : i64, vector<4xf32>, vector<4xf32>
              }
              scf.yield %668#1, %668#2 : vector<4xf32>, vector<4xf32>
            }
            %693 = arith.muli %97, %58 : i64
            %694 = arith.addi %332, %693 : i64
            %695 = arith.muli %694, %8 : i64
            %696 = arith.addi %695, %4 : i64
            %697 = llvm.getelementptr %30[%696] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %698 = llvm.load %697 {alignment = 4 : i64} : !llvm.ptr -> i32
            %699 = arith.extsi %698 : i32 to i64
            %700 = arith.addi %694, %4 : i64
            %701 = arith.muli %700, %8 : i64
            %702 = arith.addi %701, %4 : i64
            %703 = llvm.getelementptr %30[%702] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %704 = llvm.load %703 {alignment = 4 : i64} : !llvm.ptr -> i32
            %705 = arith.extsi %704 : i32 to i64
            %706 = arith.subi %705, %699 : i64
            %707 = arith.muli %699, %76 : i64
            %708 = arith.addi %707, %594 : i64
            %709 = llvm.call @silu_4(%604#0) : (vector<4xf32>) -> vector<4xf32>
            %710 = llvm.getelementptr %170[%708] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %709, %710 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %711 = arith.addi %594, %15 : i64
            %712 = arith.muli %699, %76 : i64
            %713 = arith.addi %712, %711 : i64
            %714 = llvm.call @silu_4(%604#1) : (vector<4xf32>) -> vector<4xf32>
            %715 = llvm.getelementptr %170[%713] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %714, %715 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          scf.for %716 = %372 to %376 step %15 : i64 {
            %718 = arith.muli %52, %15 : i64
            %719 = arith.divui %716, %15 : i64
            %720 = arith.muli %719, %718 : i64
            %721 = llvm.getelementptr %168[%720] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %722 = arith.subi %716, %175 : i64
            %723 = scf.if %331 -> (vector<4xf32>) {
              %724 = arith.subi %342, %337 : i64
              %725 = arith.divui %724, %15 : i64
              %726 = arith.muli %725, %15 : i64
              %727 = arith.addi %337, %726 : i64
              %733:4 = scf.for %728 = %337 to %727 step %15 iter_args(%729 = %179, %730 = %179, %731 = %179, %732 = %179) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
                %734 = llvm.getelementptr %26[%728] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %735 = llvm.load %734 {alignment = 4 : i64} : !llvm.ptr -> i32
                %736 = arith.extui %735 : i32 to i64
                %737 = llvm.getelementptr %22[%728] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %738 = llvm.load %737 {alignment = 4 : i64} : !llvm.ptr -> f32
                %739 = vector.broadcast %738 : f32 to vector<4xf32>
                %740 = arith.muli %736, %15 : i64
                %741 = llvm.getelementptr %721[%740] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %742 = llvm.load %741 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %743 = vector.fma %739, %742, %729 : vector<4xf32>
                %744 = arith.addi %728, %4 : i64
                %745 = llvm.getelementptr %26[%744] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %746 = llvm.load %745 {alignment = 4 : i64} : !llvm.ptr -> i32
                %747 = arith.extui %746 : i32 to i64
                %748 = llvm.getelementptr %22[%744] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %749 = llvm.load %748 {alignment = 4 : i64} : !llvm.ptr -> f32
                %750 = vector.broadcast %749 : f32 to vector<4xf32>
                %751 = arith.muli %747, %15 : i64
                %752 = llvm.getelementptr %721[%751] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %753 = llvm.load %752 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %754 = vector.fma %750, %753, %730 : vector<4xf32>
                %755 = arith.addi %728, %8 : i64
                %756 = llvm.getelementptr %26[%755] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %757 = llvm.load %756 {alignment = 4 : i64} : !llvm.ptr -> i32
                %758 = arith.extui %757 : i32 to i64
                %759 = llvm.getelementptr %22[%755] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %760 = llvm.load %759 {alignment = 4 : i64} : !llvm.ptr -> f32
                %761 = vector.broadcast %760 : f32 to vector<4xf32>
                %762 = arith.muli %758, %15 : i64
                %763 = llvm.getelementptr %721[%762] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %764 = llvm.load %763 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %765 = vector.fma %761, %764, %731 : vector<4xf32>
                %766 = arith.addi %728, %11 : i64
                %767 = llvm.getelementptr %26[%766] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %768 = llvm.load %767 {alignment = 4 : i64} : !llvm.ptr -> i32
                %769 = arith.extui %768 : i32 to i64
                %770 = llvm.getelementptr %22[%766] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %771 = llvm.load %770 {alignment = 4 : i64} : !llvm.ptr -> f32
                %772 = vector.broadcast %771 : f32 to vector<4xf32>
                %773 = arith.muli %769, %15 : i64
                %774 = llvm.getelementptr %721[%773] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %775 = llvm.load %774 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %776 = vector.fma %772, %775, %732 : vector<4xf32>
                scf.yield %743, %754, %765, %776 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
              }
              %777 = arith.addf %733#0, %733#1 : vector<4xf32>
              %778 = arith.addf %777, %733#2 : vector<4xf32>
              %779 = arith.addf %778, %733#3 : vector<4xf32>
              %782 = scf.for %780 = %727 to %342 step %4 iter_args(%781 = %779) -> (vector<4xf32>) : i64 {
                %783 = llvm.getelementptr %26[%780] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %784 = llvm.load %783 {alignment = 4 : i64} : !llvm.ptr -> i32
                %785 = arith.extui %784 : i32 to i64
                %786 = llvm.getelementptr %22[%780] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %787 = llvm.load %786 {alignment = 4 : i64} : !llvm.ptr -> f32
                %788 = vector.broadcast %787 : f32 to vector<4xf32>
                %789 = arith.muli %785, %15 : i64
                %790 = llvm.getelementptr %721[%789] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %791 = llvm.load %790 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %792 = vector.fma %788, %791, %781 : vector<4xf32>
                scf.yield %792 : vector<4xf32>
              }
              scf.yield %782 : vector<4xf32>
            } else {
              %796:2 = scf.for %793 = %0 to %52 step %4 iter_args(%794 = %337, %795 = %179) -> (i64, vector<4xf32>) : i64 {
                %797 = arith.constant -1 : i64
                %798 = arith.addi %342, %797 : i64
                %799 = arith.minsi %794, %798 : i64
                %800 = arith.maxsi %799, %0 : i64
                %801 = arith.cmpi slt, %794, %342 : i64
                %802 = llvm.getelementptr %26[%800] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %803 = llvm.load %802 {alignment = 4 : i64} : !llvm.ptr -> i32
                %804 = arith.extui %803 : i32 to i64
                %805 = arith.cmpi eq, %804, %793 : i64
                %806 = arith.andi %801, %805 : i1
                %807 = llvm.getelementptr %22[%800] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %808 = llvm.load %807 {alignment = 4 : i64} : !llvm.ptr -> f32
                %809 = vector.broadcast %808 : f32 to vector<4xf32>
                %810 = arith.select %806, %809, %179 : vector<4xf32>
                %811 = arith.extui %806 : i1 to i64
                %812 = arith.addi %794, %811 : i64
                %813 = arith.muli %793, %15 : i64
                %814 = llvm.getelementptr %721[%813] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %815 = llvm.load %814 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %816 = vector.fma %810, %815, %795 : vector<4xf32>
                scf.yield %812, %816 : i64, vector<4xf32>
              }
              scf.yield %796#1 : vector<4xf32>
            }
            %817 = arith.muli %97, %58 : i64
            %818 = arith.addi %332, %817 : i64
            %819 = arith.muli %818, %8 : i64
            %820 = arith.addi %819, %4 : i64
            %821 = llvm.getelementptr %30[%820] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %822 = llvm.load %821 {alignment = 4 : i64} : !llvm.ptr -> i32
            %823 = arith.extsi %822 : i32 to i64
            %824 = arith.addi %818, %4 : i64
            %825 = arith.muli %824, %8 : i64
            %826 = arith.addi %825, %4 : i64
            %827 = llvm.getelementptr %30[%826] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %828 = llvm.load %827 {alignment = 4 : i64} : !llvm.ptr -> i32
            %829 = arith.extsi %828 : i32 to i64
            %830 = arith.subi %829, %823 : i64
            %831 = arith.muli %823, %76 : i64
            %832 = arith.addi %831, %716 : i64
            %833 = llvm.call @silu_4(%723) : (vector<4xf32>) -> vector<4xf32>
            %834 = llvm.getelementptr %170[%832] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %833, %834 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          scf.for %835 = %376 to %178 step %15 : i64 {
            %837 = arith.subi %178, %835 : i64
            %838 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
            %839 = vector.broadcast %837 : i64 to vector<4xi64>
            %840 = arith.cmpi slt, %838, %839 : vector<4xi64>
            %841 = arith.muli %52, %15 : i64
            %842 = arith.divui %835, %15 : i64
            %843 = arith.muli %842, %841 : i64
            %844 = llvm.getelementptr %168[%843] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %845 = arith.subi %835, %175 : i64
            %846 = scf.if %331 -> (vector<4xf32>) {
              %847 = arith.subi %342, %337 : i64
              %848 = arith.divui %847, %15 : i64
              %849 = arith.muli %848, %15 : i64
              %850 = arith.addi %337, %849 : i64
              %856:4 = scf.for %851 = %337 to %850 step %15 iter_args(%852 = %179, %853 = %179, %854 = %179, %855 = %179) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
                %857 = llvm.getelementptr %26[%851] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %858 = llvm.load %857 {alignment = 4 : i64} : !llvm.ptr -> i32
                %859 = arith.extui %858 : i32 to i64
                %860 = llvm.getelementptr %22[%851] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %861 = llvm.load %860 {alignment = 4 : i64} : !llvm.ptr -> f32
                %862 = vector.broadcast %861 : f32 to vector<4xf32>
                %863 = arith.muli %859, %15 : i64
                %864 = llvm.getelementptr %844[%863] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %865 = llvm.load %864 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %866 = vector.fma %862, %865, %852 : vector<4xf32>
                %867 = arith.addi %851, %4 : i64
                %868 = llvm.getelementptr %26[%867] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %869 = llvm.load %868 {alignment = 4 : i64} : !llvm.ptr -> i32
                %870 = arith.extui %869 : i32 to i64
                %871 = llvm.getelementptr %22[%867] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %872 = llvm.load %871 {alignment = 4 : i64} : !llvm.ptr -> f32
                %873 = vector.broadcast %872 : f32 to vector<4xf32>
                %874 = arith.muli %870, %15 : i64
                %875 = llvm.getelementptr %844[%874] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %876 = llvm.load %875 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %877 = vector.fma %873, %876, %853 : vector<4xf32>
                %878 = arith.addi %851, %8 : i64
                %879 = llvm.getelementptr %26[%878] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %880 = llvm.load %879 {alignment = 4 : i64} : !llvm.ptr -> i32
                %881 = arith.extui %880 : i32 to i64
                %882 = llvm.getelementptr %22[%878] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %883 = llvm.load %882 {alignment = 4 : i64} : !llvm.ptr -> f32
                %884 = vector.broadcast %883 : f32 to vector<4xf32>
                %885 = arith.muli %881, %15 : i64
                %886 = llvm.getelementptr %844[%885] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %887 = llvm.load %886 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %888 = vector.fma %884, %887, %854 : vector<4xf32>
                %889 = arith.addi %851, %11 : i64
                %890 = llvm.getelementptr %26[%889] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %891 = llvm.load %890 {alignment = 4 : i64} : !llvm.ptr -> i32
                %892 = arith.extui %891 : i32 to i64
                %893 = llvm.getelementptr %22[%889] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %894 = llvm.load %893 {alignment = 4 : i64} : !llvm.ptr -> f32
                %895 = vector.broadcast %894 : f32 to vector<4xf32>
                %896 = arith.muli %892, %15 : i64
                %897 = llvm.getelementptr %844[%896] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %898 = llvm.load %897 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %899 = vector.fma %895, %898, %855 : vector<4xf32>
                scf.yield %866, %877, %888, %899 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
              }
              %900 = arith.addf %856#0, %856#1 : vector<4xf32>
              %901 = arith.addf %900, %856#2 : vector<4xf32>
              %902 = arith.addf %901, %856#3 : vector<4xf32>
              %905 = scf.for %903 = %850 to %342 step %4 iter_args(%904 = %902) -> (vector<4xf32>) : i64 {
                %906 = llvm.getelementptr %26[%903] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %907 = llvm.load %906 {alignment = 4 : i64} : !llvm.ptr -> i32
                %908 = arith.extui %907 : i32 to i64
                %909 = llvm.getelementptr %22[%903] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %910 = llvm.load %909 {alignment = 4 : i64} : !llvm.ptr -> f32
                %911 = vector.broadcast %910 : f32 to vector<4xf32>
                %912 = arith.muli %908, %15 : i64
                %913 = llvm.getelementptr %844[%912] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %914 = llvm.load %913 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %915 = vector.fma %911, %914, %904 : vector<4xf32>
                scf.yield %915 : vector<4xf32>
              }
              scf.yield %905 : vector<4xf32>
            } else {
              %919:2 = scf.for %916 = %0 to %52 step %4 iter_args(%917 = %337, %918 = %179) -> (i64, vector<4xf32>) : i64 {
                %920 = arith.constant -1 : i64
                %921 = arith.addi %342, %920 : i64
                %922 = arith.minsi %917, %921 : i64
                %923 = arith.maxsi %922, %0 : i64
                %924 = arith.cmpi slt, %917, %342 : i64
                %925 = llvm.getelementptr %26[%923] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %926 = llvm.load %925 {alignment = 4 : i64} : !llvm.ptr -> i32
                %927 = arith.extui %926 : i32 to i64
                %928 = arith.cmpi eq, %927, %916 : i64
                %929 = arith.andi %924, %928 : i1
                %930 = llvm.getelementptr %22[%923] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %931 = llvm.load %930 {alignment = 4 : i64} : !llvm.ptr -> f32
                %932 = vector.broadcast %931 : f32 to vector<4xf32>
                %933 = arith.select %929, %932, %179 : vector<4xf32>
                %934 = arith.extui %929 : i1 to i64
                %935 = arith.addi %917, %934 : i64
                %936 = arith.muli %916, %15 : i64
                %937 = llvm.getelementptr %844[%936] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %938 = llvm.load %937 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %939 = vector.fma %933, %938, %918 : vector<4xf32>
                scf.yield %935, %939 : i64, vector<4xf32>
              }
              scf.yield %919#1 : vector<4xf32>
            }
            %940 = arith.muli %97, %58 : i64
            %941 = arith.addi %332, %940 : i64
            %942 = arith.muli %941, %8 : i64
            %943 = arith.addi %942, %4 : i64
            %944 = llvm.getelementptr %30[%943] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %945 = llvm.load %944 {alignment = 4 : i64} : !llvm.ptr -> i32
            %946 = arith.extsi %945 : i32 to i64
            %947 = arith.addi %941, %4 : i64
            %948 = arith.muli %947, %8 : i64
            %949 = arith.addi %948, %4 : i64
            %950 = llvm.getelementptr %30[%949] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %951 = llvm.load %950 {alignment = 4 : i64} : !llvm.ptr -> i32
            %952 = arith.extsi %951 : i32 to i64
            %953 = arith.subi %952, %946 : i64
            %954 = arith.muli %946, %76 : i64
            %955 = arith.addi %954, %835 : i64
            %956 = llvm.call @silu_4(%846) : (vector<4xf32>) -> vector<4xf32>
            %957 = llvm.getelementptr %170[%955] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.intr.masked.store %956, %957, %840 {alignment = 4 : i32} : vector<4xf32>, vector<4xi1> into !llvm.ptr
          }
        }
      }
    }
    llvm.return
  }
  llvm.func @vblock_1x1_f32_i32_panels_features_silu_team(%arg0: !llvm.ptr) {
    %958 = arith.constant 0 : i64
    %959 = llvm.getelementptr %arg0[%958] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %960 = llvm.load %959 {alignment = 8 : i64} : !llvm.ptr -> i64
    %961 = llvm.inttoptr %960 : i64 to !llvm.ptr
    %962 = arith.constant 1 : i64
    %963 = llvm.getelementptr %arg0[%962] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %964 = llvm.load %963 {alignment = 8 : i64} : !llvm.ptr -> i64
    %965 = llvm.inttoptr %964 : i64 to !llvm.ptr
    %966 = arith.constant 2 : i64
    %967 = llvm.getelementptr %arg0[%966] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %968 = llvm.load %967 {alignment = 8 : i64} : !llvm.ptr -> i64
    %969 = llvm.call %961() : !llvm.ptr, () -> i32
    %970 = arith.extsi %969 : i32 to i64
    %971 = llvm.call %965() : !llvm.ptr, () -> i32
    %972 = arith.extsi %971 : i32 to i64
    scf.for %973 = %970 to %968 step %972 : i64 {
      llvm.call @vblock_1x1_f32_i32_panels_features_silu(%arg0, %973) : (!llvm.ptr, i64) -> ()
    }
    llvm.return
  }
  llvm.func @vblock_1x1_f32_i32_panels_features_silu_entries(%arg0: !llvm.ptr) {
    %975 = llvm.mlir.addressof @vblock_1x1_f32_i32_panels_features_silu : !llvm.ptr
    %976 = arith.constant 0 : i64
    %977 = llvm.getelementptr %arg0[%976] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %975, %977 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %978 = llvm.mlir.addressof @vblock_1x1_f32_i32_panels_features_silu_team : !llvm.ptr
    %979 = arith.constant 1 : i64
    %980 = llvm.getelementptr %arg0[%979] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %978, %980 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
  llvm.func internal @silu_4(%arg0: vector<4xf32>) -> vector<4xf32> attributes {no_inline} {
    %981 = arith.constant dense<1.000000000e+00> : vector<4xf32>
    %982 = arith.constant dense<0.000000000e+00> : vector<4xf32>
    %983 = arith.subf %982, %arg0 : vector<4xf32>
    %984 = arith.constant dense<8.837626266e+01> : vector<4xf32>
    %985 = arith.minimumf %983, %984 : vector<4xf32>
    %986 = arith.constant dense<-8.733654475e+01> : vector<4xf32>
    %987 = arith.maximumf %985, %986 : vector<4xf32>
    %988 = arith.constant dense<1.258291200e+07> : vector<4xf32>
    %989 = arith.constant dense<1.442695041e+00> : vector<4xf32>
    %990 = vector.fma %987, %989, %988 : vector<4xf32>
    %991 = arith.subf %990, %988 : vector<4xf32>
    %992 = arith.constant dense<-6.931457520e-01> : vector<4xf32>
    %993 = vector.fma %991, %992, %987 : vector<4xf32>
    %994 = arith.constant dense<-1.428606765e-06> : vector<4xf32>
    %995 = vector.fma %991, %994, %993 : vector<4xf32>
    %996 = arith.constant dense<1.984126984e-04> : vector<4xf32>
    %997 = arith.constant dense<1.388888889e-03> : vector<4xf32>
    %998 = vector.fma %996, %995, %997 : vector<4xf32>
    %999 = arith.constant dense<8.333333333e-03> : vector<4xf32>
    %1000 = vector.fma %998, %995, %999 : vector<4xf32>
    %1001 = arith.constant dense<4.166666667e-02> : vector<4xf32>
    %1002 = vector.fma %1000, %995, %1001 : vector<4xf32>
    %1003 = arith.constant dense<1.666666667e-01> : vector<4xf32>
    %1004 = vector.fma %1002, %995, %1003 : vector<4xf32>
    %1005 = arith.constant dense<5.000000000e-01> : vector<4xf32>
    %1006 = vector.fma %1004, %995, %1005 : vector<4xf32>
    %1007 = vector.fma %1006, %995, %981 : vector<4xf32>
    %1008 = vector.fma %1007, %995, %981 : vector<4xf32>
    %1009 = arith.bitcast %990 : vector<4xf32> to vector<4xi32>
    %1010 = arith.constant dense<23> : vector<4xi32>
    %1011 = arith.shli %1009, %1010 : vector<4xi32>
    %1012 = arith.bitcast %1008 : vector<4xf32> to vector<4xi32>
    %1013 = arith.addi %1012, %1011 : vector<4xi32>
    %1014 = arith.bitcast %1013 : vector<4xi32> to vector<4xf32>
    %1015 = vector.fma %995, %982, %1014 : vector<4xf32>
    %1016 = arith.constant dense<8.872280000e+01> : vector<4xf32>
    %1017 = arith.cmpf ogt, %983, %1016 : vector<4xf32>
    %1018 = arith.constant dense<0x7F800000> : vector<4xf32>
    %1019 = arith.select %1017, %1018, %1015 : vector<4xi1>, vector<4xf32>
    %1020 = arith.addf %981, %1019 : vector<4xf32>
    %1021 = arith.divf %arg0, %1020 : vector<4xf32>
    llvm.return %1021 : vector<4xf32>
  }
}
