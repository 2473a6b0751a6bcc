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
      %173 = arith.muli %arg1, %88 : i64
      %174 = llvm.getelementptr %42[%173] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      scf.for %175 = %158 to %164 step %67 : i64 {
        %177 = arith.addi %175, %67 : i64
        %178 = arith.minsi %177, %164 : i64
        %179 = arith.constant dense<0.000000000e+00> : vector<4xf32>
        %180 = arith.subi %178, %175 : i64
        %181 = arith.divui %180, %112 : i64
        %182 = arith.muli %181, %112 : i64
        %183 = arith.addi %175, %182 : i64
        %184 = arith.subi %178, %175 : i64
        %185 = arith.divui %184, %15 : i64
        %186 = arith.muli %185, %15 : i64
        %187 = arith.addi %175, %186 : i64
        %188 = arith.subi %178, %175 : i64
        %189 = arith.divui %188, %15 : i64
        %190 = arith.muli %189, %15 : i64
        %191 = arith.addi %175, %190 : i64
        %194 = scf.for %192 = %175 to %183 step %112 iter_args(%193 = %179) -> (vector<4xf32>) : i64 {
          %195 = arith.muli %52, %15 : i64
          %196 = arith.divui %192, %15 : i64
          %197 = arith.muli %196, %195 : i64
          %198 = llvm.getelementptr %168[%197] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %199 = arith.addi %196, %4 : i64
          %200 = arith.muli %199, %195 : i64
          %201 = llvm.getelementptr %168[%200] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %202 = arith.addi %196, %8 : i64
          %203 = arith.muli %202, %195 : i64
          %204 = llvm.getelementptr %168[%203] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %205 = arith.addi %196, %11 : i64
          %206 = arith.muli %205, %195 : i64
          %207 = llvm.getelementptr %168[%206] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %208 = arith.addi %196, %15 : i64
          %209 = arith.muli %208, %195 : i64
          %210 = llvm.getelementptr %168[%209] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %211 = arith.addi %196, %19 : i64
          %212 = arith.muli %211, %195 : i64
          %213 = llvm.getelementptr %168[%212] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %214 = arith.addi %196, %23 : i64
          %215 = arith.muli %214, %195 : i64
          %216 = llvm.getelementptr %168[%215] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %217 = arith.addi %196, %27 : i64
          %218 = arith.muli %217, %195 : i64
          %219 = llvm.getelementptr %168[%218] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %229:8 = scf.for %220 = %0 to %52 step %4 iter_args(%221 = %193, %222 = %179, %223 = %179, %224 = %179, %225 = %179, %226 = %179, %227 = %179, %228 = %179) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
            %230 = arith.muli %220, %15 : i64
            %231 = llvm.getelementptr %198[%230] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %232 = llvm.load %231 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %233 = arith.muli %220, %15 : i64
            %234 = llvm.getelementptr %201[%233] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %235 = llvm.load %234 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %236 = arith.muli %220, %15 : i64
            %237 = llvm.getelementptr %204[%236] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %238 = llvm.load %237 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %239 = arith.muli %220, %15 : i64
            %240 = llvm.getelementptr %207[%239] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %241 = llvm.load %240 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %242 = arith.muli %220, %15 : i64
            %243 = llvm.getelementptr %210[%242] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %244 = llvm.load %243 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %245 = arith.muli %220, %15 : i64
            %246 = llvm.getelementptr %213[%245] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %247 = llvm.load %246 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %248 = arith.muli %220, %15 : i64
            %249 = llvm.getelementptr %216[%248] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %250 = llvm.load %249 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %251 = arith.muli %220, %15 : i64
            %252 = llvm.getelementptr %219[%251] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %253 = llvm.load %252 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %254 = vector.fma %232, %179, %221 : vector<4xf32>
            %255 = vector.fma %235, %179, %222 : vector<4xf32>
            %256 = vector.fma %238, %179, %223 : vector<4xf32>
            %257 = vector.fma %241, %179, %224 : vector<4xf32>
            %258 = vector.fma %244, %179, %225 : vector<4xf32>
            %259 = vector.fma %247, %179, %226 : vector<4xf32>
            %260 = vector.fma %250, %179, %227 : vector<4xf32>
            %261 = vector.fma %253, %179, %228 : vector<4xf32>
            scf.yield %254, %255, %256, %257, %258, %259, %260, %261 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
          }
          %262 = arith.addf %229#0, %229#1 : vector<4xf32>
          %263 = arith.addf %262, %229#2 : vector<4xf32>
          %264 = arith.addf %263, %229#3 : vector<4xf32>
          %265 = arith.addf %264, %229#4 : vector<4xf32>
          %266 = arith.addf %265, %229#5 : vector<4xf32>
          %267 = arith.addf %266, %229#6 : vector<4xf32>
          %268 = arith.addf %267, %229#7 : vector<4xf32>
          scf.yield %268 : vector<4xf32>
        }
        %271 = scf.for %269 = %183 to %187 step %15 iter_args(%270 = %194) -> (vector<4xf32>) : i64 {
          %272 = arith.muli %52, %15 : i64
          %273 = arith.divui %269, %15 : i64
          %274 = arith.muli %273, %272 : i64
          %275 = llvm.getelementptr %168[%274] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %278 = scf.for %276 = %0 to %52 step %4 iter_args(%277 = %270) -> (vector<4xf32>) : i64 {
            %279 = arith.muli %276, %15 : i64
            %280 = llvm.getelementptr %275[%279] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %281 = llvm.load %280 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %282 = vector.fma %281, %179, %277 : vector<4xf32>
            scf.yield %282 : vector<4xf32>
          }
          scf.yield %278 : vector<4xf32>
        }
        %285 = scf.for %283 = %191 to %178 step %15 iter_args(%284 = %271) -> (vector<4xf32>) : i64 {
          %286 = arith.subi %178, %283 : i64
          %287 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
          %288 = vector.broadcast %286 : i64 to vector<4xi64>
          %289 = arith.cmpi slt, %287, %288 : vector<4xi64>
          %290 = arith.muli %52, %15 : i64
          %291 = arith.divui %283, %15 : i64
          %292 = arith.muli %291, %290 : i64
          %293 = llvm.getelementptr %168[%292] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %296 = scf.for %294 = %0 to %52 step %4 iter_args(%295 = %284) -> (vector<4xf32>) : i64 {
            %297 = arith.muli %294, %15 : i64
            %298 = llvm.getelementptr %293[%297] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %299 = llvm.load %298 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %300 = vector.fma %299, %179, %295 : vector<4xf32>
            scf.yield %300 : vector<4xf32>
          }
          scf.yield %296 : vector<4xf32>
        }
        %301 = vector.reduction <add>, %285 : vector<4xf32> into f32
        %302 = arith.constant 0.000000000e+00 : f32
        %303 = arith.cmpf ord, %301, %302 : f32
        scf.for %304 = %116#0 to %141#0 step %4 : i64 {
          %306 = arith.muli %304, %8 : i64
          %307 = llvm.getelementptr %30[%306] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %308 = llvm.load %307 {alignment = 4 : i64} : !llvm.ptr -> i32
          %309 = arith.extsi %308 : i32 to i64
          %310 = arith.addi %304, %4 : i64
          %311 = arith.muli %310, %8 : i64
          %312 = llvm.getelementptr %30[%311] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %313 = llvm.load %312 {alignment = 4 : i64} : !llvm.ptr -> i32
          %314 = arith.extsi %313 : i32 to i64
          %315 = arith.muli %97, %58 : i64
          %316 = arith.addi %304, %315 : i64
          %317 = arith.muli %316, %8 : i64
          %318 = arith.addi %317, %4 : i64
          %319 = llvm.getelementptr %30[%318] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %320 = llvm.load %319 {alignment = 4 : i64} : !llvm.ptr -> i32
          %321 = arith.extsi %320 : i32 to i64
          %322 = arith.addi %316, %4 : i64
          %323 = arith.muli %322, %8 : i64
          %324 = arith.addi %323, %4 : i64
          %325 = llvm.getelementptr %30[%324] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %326 = llvm.load %325 {alignment = 4 : i64} : !llvm.ptr -> i32
          %327 = arith.extsi %326 : i32 to i64
          %328 = arith.subi %327, %321 : i64
          %329 = arith.subi %178, %175 : i64
          %330 = arith.divui %329, %112 : i64
          %331 = arith.muli %330, %112 : i64
          %332 = arith.addi %175, %331 : i64
          %333 = arith.subi %178, %175 : i64
          %334 = arith.divui %333, %15 : i64
          %335 = arith.muli %334, %15 : i64
          %336 = arith.addi %175, %335 : i64
          %337 = arith.subi %178, %175 : i64
          %338 = arith.divui %337, %15 : i64
          %339 = arith.muli %338, %15 : i64
          %340 = arith.addi %175, %339 : i64
          scf.for %341 = %175 to %332 step %112 : i64 {
            %343 = arith.subi %178, %341 : i64
            %344 = arith.muli %52, %15 : i64
            %345 = arith.divui %341, %15 : i64
            %346 = arith.muli %345, %344 : i64
            %347 = llvm.getelementptr %168[%346] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %348 = arith.addi %345, %4 : i64
            %349 = arith.muli %348, %344 : i64
            %350 = llvm.getelementptr %168[%349] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %351 = arith.addi %345, %8 : i64
            %352 = arith.muli %351, %344 : i64
            %353 = llvm.getelementptr %168[%352] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %354 = arith.addi %345, %11 : i64
            %355 = arith.muli %354, %344 : i64
            %356 = llvm.getelementptr %168[%355] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %357 = arith.addi %345, %15 : i64
            %358 = arith.muli %357, %344 : i64
            %359 = llvm.getelementptr %168[%358] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %360 = arith.addi %345, %19 : i64
            %361 = arith.muli %360, %344 : i64
            %362 = llvm.getelementptr %168[%361] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %363 = arith.addi %345, %23 : i64
            %364 = arith.muli %363, %344 : i64
            %365 = llvm.getelementptr %168[%364] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %366 = arith.addi %345, %27 : i64
            %367 = arith.muli %366, %344 : i64
            %368 = llvm.getelementptr %168[%367] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %369 = arith.subi %341, %175 : i64
            %370:8 = scf.if %303 -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) {
              %380:8 = scf.for %371 = %309 to %314 step %4 iter_args(%372 = %179, %373 = %179, %374 = %179, %375 = %179, %376 = %179, %377 = %179, %378 = %179, %379 = %179) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
                %381 = llvm.getelementptr %26[%371] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %382 = llvm.load %381 {alignment = 4 : i64} : !llvm.ptr -> i32
                %383 = arith.extui %382 : i32 to i64
                %384 = llvm.getelementptr %22[%371] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %385 = llvm.load %384 {alignment = 4 : i64} : !llvm.ptr -> f32
                %386 = vector.broadcast %385 : f32 to vector<4xf32>
                %387 = arith.muli %383, %15 : i64
                %388 = llvm.getelementptr %347[%387] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %389 = llvm.load %388 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %390 = arith.muli %383, %15 : i64
                %391 = llvm.getelementptr %350[%390] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %392 = llvm.load %391 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %393 = arith.muli %383, %15 : i64
                %394 = llvm.getelementptr %353[%393] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %395 = llvm.load %394 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %396 = arith.muli %383, %15 : i64
                %397 = llvm.getelementptr %356[%396] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %398 = llvm.load %397 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %399 = arith.muli %383, %15 : i64
                %400 = llvm.getelementptr %359[%399] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %401 = llvm.load %400 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %402 = arith.muli %383, %15 : i64
                %403 = llvm.getelementptr %362[%402] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %404 = llvm.load %403 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %405 = arith.muli %383, %15 : i64
                %406 = llvm.getelementptr %365[%405] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %407 = llvm.load %406 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %408 = arith.muli %383, %15 : i64
                %409 = llvm.getelementptr %368[%408] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %410 = llvm.load %409 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %411 = vector.fma %386, %389, %372 : vector<4xf32>
                %412 = vector.fma %386, %392, %373 : vector<4xf32>
                %413 = vector.fma %386, %395, %374 : vector<4xf32>
                %414 = vector.fma %386, %398, %375 : vector<4xf32>
                %415 = vector.fma %386, %401, %376 : vector<4xf32>
                %416 = vector.fma %386, %404, %377 : vector<4xf32>
                %417 = vector.fma %386, %407, %378 : vector<4xf32>
                %418 = vector.fma %386, %410, %379 : vector<4xf32>
                scf.yield %411, %412, %413, %414, %415, %416, %417, %418 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
              }
              scf.yield %380#0, %380#1, %380#2, %380#3, %380#4, %380#5, %380#6, %380#7 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
            } else {
              %429:9 = scf.for %419 = %0 to %52 step %4 iter_args(%420 = %309, %421 = %179, %422 = %179, %423 = %179, %424 = %179, %425 = %179, %426 = %179, %427 = %179, %428 = %179) -> (i64, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
                %430 = arith.constant -1 : i64
                %431 = arith.addi %314, %430 : i64
                %432 = arith.minsi %420, %431 : i64
                %433 = arith.maxsi %432, %0 : i64
                %434 = arith.cmpi slt, %420, %314 : i64
                %435 = llvm.getelementptr %26[%433] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %436 = llvm.load %435 {alignment = 4 : i64} : !llvm.ptr -> i32
                %437 = arith.extui %436 : i32 to i64
                %438 = arith.cmpi eq, %437, %419 : i64
                %439 = arith.andi %434, %438 : i1
                %440 = llvm.getelementptr %22[%433] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %441 = llvm.load %440 {alignment = 4 : i64} : !llvm.ptr -> f32
                %442 = vector.broadcast %441 : f32 to vector<4xf32>
                %443 = arith.select %439, %442, %179 : vector<4xf32>
                %444 = arith.extui %439 : i1 to i64
                %445 = arith.addi %420, %444 : i64
                %446 = arith.muli %419, %15 : i64
                %447 = llvm.getelementptr %347[%446] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %448 = llvm.load %447 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %449 = arith.muli %419, %15 : i64
                %450 = llvm.getelementptr %350[%449] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %451 = llvm.load %450 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %452 = arith.muli %419, %15 : i64
                %453 = llvm.getelementptr %353[%452] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %454 = llvm.load %453 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %455 = arith.muli %419, %15 : i64
                %456 = llvm.getelementptr %356[%455] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %457 = llvm.load %456 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %458 = arith.muli %419, %15 : i64
                %459 = llvm.getelementptr %359[%458] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %460 = llvm.load %459 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %461 = arith.muli %419, %15 : i64
                %462 = llvm.getelementptr %362[%461] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %463 = llvm.load %462 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %464 = arith.muli %419, %15 : i64
                %465 = llvm.getelementptr %365[%464] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %466 = llvm.load %465 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %467 = arith.muli %419, %15 : i64
                %468 = llvm.getelementptr %368[%467] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %469 = llvm.load %468 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %470 = vector.fma %443, %448, %421 : vector<4xf32>
                %471 = vector.fma %443, %451, %422 : vector<4xf32>
                %472 = vector.fma %443, %454, %423 : vector<4xf32>
                %473 = vector.fma %443, %457, %424 : vector<4xf32>
                %474 = vector.fma %443, %460, %425 : vector<4xf32>
                %475 = vector.fma %443, %463, %426 : vector<4xf32>
                %476 = vector.fma %443, %466, %427 : vector<4xf32>
                %477 = vector.fma %443, %469, %428 : vector<4xf32>
                scf.yield %445, %470, %471, %472, %473, %474, %475, %476, %477 : i64, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
              }
              scf.yield %429#1, %429#2, %429#3, %429#4, %429#5, %429#6, %429#7, %429#8 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
            }
            %478 = arith.muli %97, %58 : i64
            %479 = arith.addi %304, %478 : i64
            %480 = arith.muli %479, %8 : i64
            %481 = arith.addi %480, %4 : i64
            %482 = llvm.getelementptr %30[%481] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %483 = llvm.load %482 {alignment = 4 : i64} : !llvm.ptr -> i32
            %484 = arith.extsi %483 : i32 to i64
            %485 = arith.addi %479, %4 : i64
            %486 = arith.muli %485, %8 : i64
            %487 = arith.addi %486, %4 : i64
            %488 = llvm.getelementptr %30[%487] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %489 = llvm.load %488 {alignment = 4 : i64} : !llvm.ptr -> i32
            %490 = arith.extsi %489 : i32 to i64
            %491 = arith.subi %490, %484 : i64
            %492 = arith.muli %484, %76 : i64
            %493 = arith.addi %492, %341 : i64
            %494 = llvm.call @silu_4(%370#0) : (vector<4xf32>) -> vector<4xf32>
            %495 = llvm.getelementptr %170[%493] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %494, %495 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %496 = arith.addi %341, %15 : i64
            %497 = arith.muli %484, %76 : i64
            %498 = arith.addi %497, %496 : i64
            %499 = llvm.call @silu_4(%370#1) : (vector<4xf32>) -> vector<4xf32>
            %500 = llvm.getelementptr %170[%498] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %499, %500 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %501 = arith.addi %341, %31 : i64
            %502 = arith.muli %484, %76 : i64
            %503 = arith.addi %502, %501 : i64
            %504 = llvm.call @silu_4(%370#2) : (vector<4xf32>) -> vector<4xf32>
            %505 = llvm.getelementptr %170[%503] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %504, %505 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %506 = arith.addi %341, %47 : i64
            %507 = arith.muli %484, %76 : i64
            %508 = arith.addi %507, %506 : i64
            %509 = llvm.call @silu_4(%370#3) : (vector<4xf32>) -> vector<4xf32>
            %510 = llvm.getelementptr %170[%508] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %509, %510 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %511 = arith.addi %341, %59 : i64
            %512 = arith.muli %484, %76 : i64
            %513 = arith.addi %512, %511 : i64
            %514 = llvm.call @silu_4(%370#4) : (vector<4xf32>) -> vector<4xf32>
            %515 = llvm.getelementptr %170[%513] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %514, %515 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %516 = arith.addi %341, %71 : i64
            %517 = arith.muli %484, %76 : i64
            %518 = arith.addi %517, %516 : i64
            %519 = llvm.call @silu_4(%370#5) : (vector<4xf32>) -> vector<4xf32>
            %520 = llvm.getelementptr %170[%518] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %519, %520 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %521 = arith.addi %341, %83 : i64
            %522 = arith.muli %484, %76 : i64
            %523 = arith.addi %522, %521 : i64
            %524 = llvm.call @silu_4(%370#6) : (vector<4xf32>) -> vector<4xf32>
            %525 = llvm.getelementptr %170[%523] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %524, %525 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %526 = arith.addi %341, %95 : i64
            %527 = arith.muli %484, %76 : i64
            %528 = arith.addi %527, %526 : i64
            %529 = llvm.call @silu_4(%370#7) : (vector<4xf32>) -> vector<4xf32>
            %530 = llvm.getelementptr %170[%528] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %529, %530 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          scf.for %531 = %332 to %336 step %15 : i64 {
            %533 = arith.subi %178, %531 : i64
            %534 = arith.muli %52, %15 : i64
            %535 = arith.divui %531, %15 : i64
            %536 = arith.muli %535, %534 : i64
            %537 = llvm.getelementptr %168[%536] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %538 = arith.subi %531, %175 : i64
            %539 = scf.if %303 -> (vector<4xf32>) {
              %542 = scf.for %540 = %309 to %314 step %4 iter_args(%541 = %179) -> (vector<4xf32>) : i64 {
                %543 = llvm.getelementptr %26[%540] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %544 = llvm.load %543 {alignment = 4 : i64} : !llvm.ptr -> i32
                %545 = arith.extui %544 : i32 to i64
                %546 = llvm.getelementptr %22[%540] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %547 = llvm.load %546 {alignment = 4 : i64} : !llvm.ptr -> f32
                %548 = vector.broadcast %547 : f32 to vector<4xf32>
                %549 = arith.muli %545, %15 : i64
                %550 = llvm.getelementptr %537[%549] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %551 = llvm.load %550 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %552 = vector.fma %548, %551, %541 : vector<4xf32>
                scf.yield %552 : vector<4xf32>
              }
              scf.yield %542 : vector<4xf32>
            } else {
              %556:2 = scf.for %553 = %0 to %52 step %4 iter_args(%554 = %309, %555 = %179) -> (i64, vector<4xf32>) : i64 {
                %557 = arith.constant -1 : i64
                %558 = arith.addi %314, %557 : i64
                %559 = arith.minsi %554, %558 : i64
                %560 = arith.maxsi %559, %0 : i64
                %561 = arith.cmpi slt, %554, %314 : i64
                %562 = llvm.getelementptr %26[%560] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %563 = llvm.load %562 {alignment = 4 : i64} : !llvm.ptr -> i32
                %564 = arith.extui %563 : i32 to i64
                %565 = arith.cmpi eq, %564, %553 : i64
                %566 = arith.andi %561, %565 : i1
                %567 = llvm.getelementptr %22[%560] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %568 = llvm.load %567 {alignment = 4 : i64} : !llvm.ptr -> f32
                %569 = vector.broadcast %568 : f32 to vector<4xf32>
                %570 = arith.select %566, %569, %179 : vector<4xf32>
                %571 = arith.extui %566 : i1 to i64
                %572 = arith.addi %554, %571 : i64
                %573 = arith.muli %553, %15 : i64
                %574 = llvm.getelementptr %537[%573] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %575 = llvm.load %574 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %576 = vector.fma %570, %575, %555 : vector<4xf32>
                scf.yield %572, %576 : i64, vector<4xf32>
              }
              scf.yield %556#1 : vector<4xf32>
            }
            %577 = arith.muli %97, %58 : i64
            %578 = arith.addi %304, %577 : i64
            %579 = arith.muli %578, %8 : i64
            %580 = arith.addi %579, %4 : i64
            %581 = llvm.getelementptr %30[%580] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %582 = llvm.load %581 {alignment = 4 : i64} : !llvm.ptr -> i32
            %583 = arith.extsi %582 : i32 to i64
            %584 = arith.addi %578, %4 : i64
            %585 = arith.muli %584, %8 : i64
            %586 = arith.addi %585, %4 : i64
            %587 = llvm.getelementptr %30[%586] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %588 = llvm.load %587 {alignment = 4 : i64} : !llvm.ptr -> i32
            %589 = arith.extsi %588 : i32 to i64
            %590 = arith.subi %589, %583 : i64
            %591 = arith.muli %583, %76 : i64
            %592 = arith.addi %591, %531 : i64
            %593 = llvm.call @silu_4(%539) : (vector<4xf32>) -> vector<4xf32>
            %594 = llvm.getelementptr %170[%592] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %593, %594 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          scf.for %595 = %340 to %178 step %15 : i64 {
            %597 = arith.subi %178, %595 : i64
            %598 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
            %599 = vector.broadcast %597 : i64 to vector<4xi64>
            %600 = arith.cmpi slt, %598, %599 : vector<4xi64>
            %601 = arith.muli %52, %15 : i64
            %602 = arith.divui %595, %15 : i64
            %603 = arith.muli %602, %601 : i64
            %604 = llvm.getelementptr %168[%603] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %605 = arith.subi %595, %175 : i64
            %606 = scf.if %303 -> (vector<4xf32>) {
              %609 = scf.for %607 = %309 to %314 step %4 iter_args(%608 = %179) -> (vector<4xf32>) : i64 {
                %610 = llvm.getelementptr %26[%607] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %611 = llvm.load %610 {alignment = 4 : i64} : !llvm.ptr -> i32
                %612 = arith.extui %611 : i32 to i64
                %613 = llvm.getelementptr %22[%607] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %614 = llvm.load %613 {alignment = 4 : i64} : !llvm.ptr -> f32
                %615 = vector.broadcast %614 : f32 to vector<4xf32>
                %616 = arith.muli %612, %15 : i64
                %617 = llvm.getelementptr %604[%616] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %618 = llvm.load %617 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %619 = vector.fma %615, %618, %608 : vector<4xf32>
                scf.yield %619 : vector<4xf32>
              }
              scf.yield %609 : vector<4xf32>
            } else {
              %623:2 = scf.for %620 = %0 to %52 step %4 iter_args(%621 = %309, %622 = %179) -> (i64, vector<4xf32>) : i64 {
                %624 = arith.constant -1 : i64
                %625 = arith.addi %314, %624 : i64
                %626 = arith.minsi %621, %625 : i64
                %627 = arith.maxsi %626, %0 : i64
                %628 = arith.cmpi slt, %621, %314 : i64
                %629 = llvm.getelementptr %26[%627] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %630 = llvm.load %629 {alignment = 4 : i64} : !llvm.ptr -> i32
                %631 = arith.extui %630 : i32 to i64
                %632 = arith.cmpi eq, %631, %620 : i64
                %633 = arith.andi %628, %632 : i1
                %634 = llvm.getelementptr %22[%627] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %635 = llvm.load %634 {alignment = 4 : i64} : !llvm.ptr -> f32
                %636 = vector.broadcast %635 : f32 to vector<4xf32>
                %637 = arith.select %633, %636, %179 : vector<4xf32>
                %638 = arith.extui %633 : i1 to i64
                %639 = arith.addi %621, %638 : i64
                %640 = arith.muli %620, %15 : i64
                %641 = llvm.getelementptr %604[%640] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %642 = llvm.load %641 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %643 = vector.fma %637, %642, %622 : vector<4xf32>
                scf.yield %639, %643 : i64, vector<4xf32>
              }
              scf.yield %623#1 : vector<4xf32>
            }
            %644 = arith.muli %97, %58 : i64
            %645 = arith.addi %304, %644 : i64
            %646 = arith.muli %645, %8 : i64
            %647 = arith.addi %646, %4 : i64
            %648 = llvm.getelementptr %30[%647] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %649 = llvm.load %648 {alignment = 4 : i64} : !llvm.ptr -> i32
            %650 = arith.extsi %649 : i32 to i64
            %651 = arith.addi %645, %4 : i64
            %652 = arith.muli %651, %8 : i64
            %653 = arith.addi %652, %4 : i64
            %654 = llvm.getelementptr %30[%653] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %655 = llvm.load %654 {alignment = 4 : i64} : !llvm.ptr -> i32
            %656 = arith.extsi %655 : i32 to i64
            %657 = arith.subi %656, %650 : i64
            %658 = arith.muli %650, %76 : i64
            %659 = arith.addi %658, %595 : i64
            %660 = llvm.call @silu_4(%606) : (vector<4xf32>) -> vector<4xf32>
            %661 = llvm.getelementptr %170[%659] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.intr.masked.store %660, %661, %600 {alignment = 4 : i32} : vector<4xf32>, vector<4xi1> into !llvm.ptr
          }
        }
      }
    }
    llvm.return
  }
  llvm.func @vblock_1x1_f32_i32_panels_features_silu_team(%arg0: !llvm.ptr) {
    %662 = arith.constant 0 : i64
    %663 = llvm.getelementptr %arg0[%662] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %664 = llvm.load %663 {alignment = 8 : i64} : !llvm.ptr -> i64
    %665 = llvm.inttoptr %664 : i64 to !llvm.ptr
    %666 = arith.constant 1 : i64
    %667 = llvm.getelementptr %arg0[%666] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %668 = llvm.load %667 {alignment = 8 : i64} : !llvm.ptr -> i64
    %669 = llvm.inttoptr %668 : i64 to !llvm.ptr
    %670 = arith.constant 2 : i64
    %671 = llvm.getelementptr %arg0[%670] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %672 = llvm.load %671 {alignment = 8 : i64} : !llvm.ptr -> i64
    %673 = llvm.call %665() : !llvm.ptr, () -> i32
    %674 = arith.extsi %673 : i32 to i64
    %675 = llvm.call %669() : !llvm.ptr, () -> i32
    %676 = arith.extsi %675 : i32 to i64
    scf.for %677 = %674 to %672 step %676 : i64 {
      llvm.call @vblock_1x1_f32_i32_panels_features_silu(%arg0, %677) : (!llvm.ptr, i64) -> ()
    }
    llvm.return
  }
  llvm.func @vblock_1x1_f32_i32_panels_features_silu_entries(%arg0: !llvm.ptr) {
    %679 = llvm.mlir.addressof @vblock_1x1_f32_i32_panels_features_silu : !llvm.ptr
    %680 = arith.constant 0 : i64
    %681 = llvm.getelementptr %arg0[%680] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %679, %681 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %682 = llvm.mlir.addressof @vblock_1x1_f32_i32_panels_features_silu_team : !llvm.ptr
    %683 = arith.constant 1 : i64
    %684 = llvm.getelementptr %arg0[%683] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %682, %684 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
  llvm.func internal @silu_4(%arg0: vector<4xf32>) -> vector<4xf32> attributes {no_inline} {
    %685 = arith.constant dense<1.000000000e+00> : vector<4xf32>
    %686 = arith.constant dense<0.000000000e+00> : vector<4xf32>
    %687 = arith.subf %686, %arg0 : vector<4xf32>
    %688 = arith.constant dense<8.837626266e+01> : vector<4xf32>
    %689 = arith.minimumf %687, %688 : vector<4xf32>
    %690 = arith.constant dense<-8.733654475e+01> : vector<4xf32>
    %691 = arith.maximumf %689, %690 : vector<4xf32>
    %692 = arith.constant dense<1.258291200e+07> : vector<4xf32>
    %693 = arith.constant dense<1.442695041e+00> : vector<4xf32>
    %694 = vector.fma %691, %693, %692 : vector<4xf32>
    %695 = arith.subf %694, %692 : vector<4xf32>
    %696 = arith.constant dense<-6.931457520e-01> : vector<4xf32>
    %697 = vector.fma %695, %696, %691 : vector<4xf32>
    %698 = arith.constant dense<-1.428606765e-06> : vector<4xf32>
    %699 = vector.fma %695, %698, %697 : vector<4xf32>
    %700 = arith.constant dense<1.984126984e-04> : vector<4xf32>
    %701 = arith.constant dense<1.388888889e-03> : vector<4xf32>
    %702 = vector.fma %700, %699, %701 : vector<4xf32>
    %703 = arith.constant dense<8.333333333e-03> : vector<4xf32>
    %704 = vector.fma %702, %699, %703 : vector<4xf32>
    %705 = arith.constant dense<4.166666667e-02> : vector<4xf32>
    %706 = vector.fma %704, %699, %705 : vector<4xf32>
    %707 = arith.constant dense<1.666666667e-01> : vector<4xf32>
    %708 = vector.fma %706, %699, %707 : vector<4xf32>
    %709 = arith.constant dense<5.000000000e-01> : vector<4xf32>
    %710 = vector.fma %708, %699, %709 : vector<4xf32>
    %711 = vector.fma %710, %699, %685 : vector<4xf32>
    %712 = vector.fma %711, %699, %685 : vector<4xf32>
    %713 = arith.bitcast %694 : vector<4xf32> to vector<4xi32>
    %714 = arith.constant dense<23> : vector<4xi32>
    %715 = arith.shli %713, %714 : vector<4xi32>
    %716 = arith.bitcast %712 : vector<4xf32> to vector<4xi32>
    %717 = arith.addi %716, %715 : vector<4xi32>
    %718 = arith.bitcast %717 : vector<4xi32> to vector<4xf32>
    %719 = vector.fma %699, %686, %718 : vector<4xf32>
    %720 = arith.constant dense<8.872280000e+01> : vector<4xf32>
    %721 = arith.cmpf ogt, %687, %720 : vector<4xf32>
    %722 = arith.constant dense<0x7F800000> : vector<4xf32>
    %723 = arith.select %721, %722, %719 : vector<4xi1>, vector<4xf32>
    %724 = arith.addf %685, %723 : vector<4xf32>
    %725 = arith.divf %arg0, %724 : vector<4xf32>
    llvm.return %725 : vector<4xf32>
  }
}
