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
    %154 = arith.ceildivsi %41, %112 : i64
    %155 = arith.muli %154, %102 : i64
    %156 = arith.divui %155, %103 : i64
    %157 = arith.muli %156, %112 : i64
    %158 = arith.minsi %157, %41 : i64
    %159 = arith.addi %102, %4 : i64
    %160 = arith.ceildivsi %41, %112 : i64
    %161 = arith.muli %160, %159 : i64
    %162 = arith.divui %161, %103 : i64
    %163 = arith.muli %162, %112 : i64
    %164 = arith.minsi %163, %41 : i64
    scf.for %165 = %0 to %53 step %4 : i64 {
      %167 = arith.muli %165, %65 : i64
      %168 = llvm.getelementptr %14[%167] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %169 = arith.muli %165, %71 : i64
      %170 = llvm.getelementptr %38[%169] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %171 = arith.muli %165, %77 : i64
      %172 = llvm.getelementptr %34[%171] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %173 = arith.muli %arg1, %88 : i64
      %174 = llvm.getelementptr %85[%173] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      scf.for %175 = %158 to %164 step %59 : i64 {
        %177 = arith.addi %175, %59 : i64
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
          %195 = arith.muli %44, %15 : i64
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
          %229:8 = scf.for %220 = %0 to %44 step %4 iter_args(%221 = %193, %222 = %179, %223 = %179, %224 = %179, %225 = %179, %226 = %179, %227 = %179, %228 = %179) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
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
          %272 = arith.muli %44, %15 : i64
          %273 = arith.divui %269, %15 : i64
          %274 = arith.muli %273, %272 : i64
          %275 = llvm.getelementptr %168[%274] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %278 = scf.for %276 = %0 to %44 step %4 iter_args(%277 = %270) -> (vector<4xf32>) : i64 {
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
          %290 = arith.muli %44, %15 : i64
          %291 = arith.divui %283, %15 : i64
          %292 = arith.muli %291, %290 : i64
          %293 = llvm.getelementptr %168[%292] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %296 = scf.for %294 = %0 to %44 step %4 iter_args(%295 = %284) -> (vector<4xf32>) : i64 {
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
          %307 = llvm.getelementptr %26[%306] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %308 = llvm.load %307 {alignment = 4 : i64} : !llvm.ptr -> i32
          %309 = arith.extsi %308 : i32 to i64
          %310 = arith.addi %304, %4 : i64
          %311 = arith.muli %310, %8 : i64
          %312 = llvm.getelementptr %26[%311] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %313 = llvm.load %312 {alignment = 4 : i64} : !llvm.ptr -> i32
          %314 = arith.extsi %313 : i32 to i64
          %315 = arith.muli %97, %50 : i64
          %316 = arith.addi %304, %315 : i64
          %317 = arith.muli %316, %8 : i64
          %318 = arith.addi %317, %4 : i64
          %319 = llvm.getelementptr %26[%318] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %320 = llvm.load %319 {alignment = 4 : i64} : !llvm.ptr -> i32
          %321 = arith.extsi %320 : i32 to i64
          %322 = arith.addi %316, %4 : i64
          %323 = arith.muli %322, %8 : i64
          %324 = arith.addi %323, %4 : i64
          %325 = llvm.getelementptr %26[%324] : (!llvm.ptr, i64) -> !llvm.ptr, i32
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
            %344 = arith.muli %44, %15 : i64
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
                %381 = llvm.getelementptr %22[%371] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %382 = llvm.load %381 {alignment = 4 : i64} : !llvm.ptr -> i32
                %383 = arith.extui %382 : i32 to i64
                %384 = llvm.getelementptr %18[%371] : (!llvm.ptr, i64) -> !llvm.ptr, f32
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
              %429:9 = scf.for %419 = %0 to %44 step %4 iter_args(%420 = %309, %421 = %179, %422 = %179, %423 = %179, %424 = %179, %425 = %179, %426 = %179, %427 = %179, %428 = %179) -> (i64, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
                %430 = arith.constant -1 : i64
                %431 = arith.addi %314, %430 : i64
                %432 = arith.minsi %420, %431 : i64
                %433 = arith.maxsi %432, %0 : i64
                %434 = arith.cmpi slt, %420, %314 : i64
                %435 = llvm.getelementptr %22[%433] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %436 = llvm.load %435 {alignment = 4 : i64} : !llvm.ptr -> i32
                %437 = arith.extui %436 : i32 to i64
                %438 = arith.cmpi eq, %437, %419 : i64
                %439 = arith.andi %434, %438 : i1
                %440 = llvm.getelementptr %18[%433] : (!llvm.ptr, i64) -> !llvm.ptr, f32
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
            %478 = arith.muli %321, %68 : i64
            %479 = arith.addi %478, %341 : i64
            %480 = llvm.call @silu_4(%370#0) : (vector<4xf32>) -> vector<4xf32>
            %481 = llvm.getelementptr %170[%479] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %480, %481 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %482 = arith.addi %341, %15 : i64
            %483 = arith.muli %321, %68 : i64
            %484 = arith.addi %483, %482 : i64
            %485 = llvm.call @silu_4(%370#1) : (vector<4xf32>) -> vector<4xf32>
            %486 = llvm.getelementptr %170[%484] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %485, %486 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %487 = arith.addi %341, %31 : i64
            %488 = arith.muli %321, %68 : i64
            %489 = arith.addi %488, %487 : i64
            %490 = llvm.call @silu_4(%370#2) : (vector<4xf32>) -> vector<4xf32>
            %491 = llvm.getelementptr %170[%489] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %490, %491 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %492 = arith.addi %341, %45 : i64
            %493 = arith.muli %321, %68 : i64
            %494 = arith.addi %493, %492 : i64
            %495 = llvm.call @silu_4(%370#3) : (vector<4xf32>) -> vector<4xf32>
            %496 = llvm.getelementptr %170[%494] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %495, %496 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %497 = arith.addi %341, %57 : i64
            %498 = arith.muli %321, %68 : i64
            %499 = arith.addi %498, %497 : i64
            %500 = llvm.call @silu_4(%370#4) : (vector<4xf32>) -> vector<4xf32>
            %501 = llvm.getelementptr %170[%499] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %500, %501 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %502 = arith.addi %341, %69 : i64
            %503 = arith.muli %321, %68 : i64
            %504 = arith.addi %503, %502 : i64
            %505 = llvm.call @silu_4(%370#5) : (vector<4xf32>) -> vector<4xf32>
            %506 = llvm.getelementptr %170[%504] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %505, %506 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %507 = arith.addi %341, %82 : i64
            %508 = arith.muli %321, %68 : i64
            %509 = arith.addi %508, %507 : i64
            %510 = llvm.call @silu_4(%370#6) : (vector<4xf32>) -> vector<4xf32>
            %511 = llvm.getelementptr %170[%509] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %510, %511 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %512 = arith.addi %341, %95 : i64
            %513 = arith.muli %321, %68 : i64
            %514 = arith.addi %513, %512 : i64
            %515 = llvm.call @silu_4(%370#7) : (vector<4xf32>) -> vector<4xf32>
            %516 = llvm.getelementptr %170[%514] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %515, %516 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          scf.for %517 = %332 to %336 step %15 : i64 {
            %519 = arith.subi %178, %517 : i64
            %520 = arith.muli %44, %15 : i64
            %521 = arith.divui %517, %15 : i64
            %522 = arith.muli %521, %520 : i64
            %523 = llvm.getelementptr %168[%522] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %524 = arith.subi %517, %175 : i64
            %525 = scf.if %303 -> (vector<4xf32>) {
              %528 = scf.for %526 = %309 to %314 step %4 iter_args(%527 = %179) -> (vector<4xf32>) : i64 {
                %529 = llvm.getelementptr %22[%526] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %530 = llvm.load %529 {alignment = 4 : i64} : !llvm.ptr -> i32
                %531 = arith.extui %530 : i32 to i64
                %532 = llvm.getelementptr %18[%526] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %533 = llvm.load %532 {alignment = 4 : i64} : !llvm.ptr -> f32
                %534 = vector.broadcast %533 : f32 to vector<4xf32>
                %535 = arith.muli %531, %15 : i64
                %536 = llvm.getelementptr %523[%535] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %537 = llvm.load %536 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %538 = vector.fma %534, %537, %527 : vector<4xf32>
                scf.yield %538 : vector<4xf32>
              }
              scf.yield %528 : vector<4xf32>
            } else {
              %542:2 = scf.for %539 = %0 to %44 step %4 iter_args(%540 = %309, %541 = %179) -> (i64, vector<4xf32>) : i64 {
                %543 = arith.constant -1 : i64
                %544 = arith.addi %314, %543 : i64
                %545 = arith.minsi %540, %544 : i64
                %546 = arith.maxsi %545, %0 : i64
                %547 = arith.cmpi slt, %540, %314 : i64
                %548 = llvm.getelementptr %22[%546] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %549 = llvm.load %548 {alignment = 4 : i64} : !llvm.ptr -> i32
                %550 = arith.extui %549 : i32 to i64
                %551 = arith.cmpi eq, %550, %539 : i64
                %552 = arith.andi %547, %551 : i1
                %553 = llvm.getelementptr %18[%546] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %554 = llvm.load %553 {alignment = 4 : i64} : !llvm.ptr -> f32
                %555 = vector.broadcast %554 : f32 to vector<4xf32>
                %556 = arith.select %552, %555, %179 : vector<4xf32>
                %557 = arith.extui %552 : i1 to i64
                %558 = arith.addi %540, %557 : i64
                %559 = arith.muli %539, %15 : i64
                %560 = llvm.getelementptr %523[%559] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %561 = llvm.load %560 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %562 = vector.fma %556, %561, %541 : vector<4xf32>
                scf.yield %558, %562 : i64, vector<4xf32>
              }
              scf.yield %542#1 : vector<4xf32>
            }
            %563 = arith.muli %321, %68 : i64
            %564 = arith.addi %563, %517 : i64
            %565 = llvm.call @silu_4(%525) : (vector<4xf32>) -> vector<4xf32>
            %566 = llvm.getelementptr %170[%564] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %565, %566 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          scf.for %567 = %340 to %178 step %15 : i64 {
            %569 = arith.subi %178, %567 : i64
            %570 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
            %571 = vector.broadcast %569 : i64 to vector<4xi64>
            %572 = arith.cmpi slt, %570, %571 : vector<4xi64>
            %573 = arith.muli %44, %15 : i64
            %574 = arith.divui %567, %15 : i64
            %575 = arith.muli %574, %573 : i64
            %576 = llvm.getelementptr %168[%575] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %577 = arith.subi %567, %175 : i64
            %578 = scf.if %303 -> (vector<4xf32>) {
              %581 = scf.for %579 = %309 to %314 step %4 iter_args(%580 = %179) -> (vector<4xf32>) : i64 {
                %582 = llvm.getelementptr %22[%579] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %583 = llvm.load %582 {alignment = 4 : i64} : !llvm.ptr -> i32
                %584 = arith.extui %583 : i32 to i64
                %585 = llvm.getelementptr %18[%579] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %586 = llvm.load %585 {alignment = 4 : i64} : !llvm.ptr -> f32
                %587 = vector.broadcast %586 : f32 to vector<4xf32>
                %588 = arith.muli %584, %15 : i64
                %589 = llvm.getelementptr %576[%588] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %590 = llvm.load %589 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %591 = vector.fma %587, %590, %580 : vector<4xf32>
                scf.yield %591 : vector<4xf32>
              }
              scf.yield %581 : vector<4xf32>
            } else {
              %595:2 = scf.for %592 = %0 to %44 step %4 iter_args(%593 = %309, %594 = %179) -> (i64, vector<4xf32>) : i64 {
                %596 = arith.constant -1 : i64
                %597 = arith.addi %314, %596 : i64
                %598 = arith.minsi %593, %597 : i64
                %599 = arith.maxsi %598, %0 : i64
                %600 = arith.cmpi slt, %593, %314 : i64
                %601 = llvm.getelementptr %22[%599] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %602 = llvm.load %601 {alignment = 4 : i64} : !llvm.ptr -> i32
                %603 = arith.extui %602 : i32 to i64
                %604 = arith.cmpi eq, %603, %592 : i64
                %605 = arith.andi %600, %604 : i1
                %606 = llvm.getelementptr %18[%599] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %607 = llvm.load %606 {alignment = 4 : i64} : !llvm.ptr -> f32
                %608 = vector.broadcast %607 : f32 to vector<4xf32>
                %609 = arith.select %605, %608, %179 : vector<4xf32>
                %610 = arith.extui %605 : i1 to i64
                %611 = arith.addi %593, %610 : i64
                %612 = arith.muli %592, %15 : i64
                %613 = llvm.getelementptr %576[%612] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %614 = llvm.load %613 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %615 = vector.fma %609, %614, %594 : vector<4xf32>
                scf.yield %611, %615 : i64, vector<4xf32>
              }
              scf.yield %595#1 : vector<4xf32>
            }
            %616 = arith.muli %321, %68 : i64
            %617 = arith.addi %616, %567 : i64
            %618 = llvm.call @silu_4(%578) : (vector<4xf32>) -> vector<4xf32>
            %619 = llvm.getelementptr %170[%617] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.intr.masked.store %618, %619, %572 {alignment = 4 : i32} : vector<4xf32>, vector<4xi1> into !llvm.ptr
          }
        }
      }
    }
    llvm.return
  }
  llvm.func @vblock_1x1_f32_i32_panels_features_silu_team(%arg0: !llvm.ptr) {
    %620 = arith.constant 0 : i64
    %621 = llvm.getelementptr %arg0[%620] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %622 = llvm.load %621 {alignment = 8 : i64} : !llvm.ptr -> i64
    %623 = llvm.inttoptr %622 : i64 to !llvm.ptr
    %624 = arith.constant 1 : i64
    %625 = llvm.getelementptr %arg0[%624] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %626 = llvm.load %625 {alignment = 8 : i64} : !llvm.ptr -> i64
    %627 = llvm.inttoptr %626 : i64 to !llvm.ptr
    %628 = arith.constant 2 : i64
    %629 = llvm.getelementptr %arg0[%628] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %630 = llvm.load %629 {alignment = 8 : i64} : !llvm.ptr -> i64
    %631 = llvm.call %623() : !llvm.ptr, () -> i32
    %632 = arith.extsi %631 : i32 to i64
    %633 = llvm.call %627() : !llvm.ptr, () -> i32
    %634 = arith.extsi %633 : i32 to i64
    scf.for %635 = %632 to %630 step %634 : i64 {
      llvm.call @vblock_1x1_f32_i32_panels_features_silu(%arg0, %635) : (!llvm.ptr, i64) -> ()
    }
    llvm.return
  }
  llvm.func @vblock_1x1_f32_i32_panels_features_silu_entries(%arg0: !llvm.ptr) {
    %637 = llvm.mlir.addressof @vblock_1x1_f32_i32_panels_features_silu : !llvm.ptr
    %638 = arith.constant 0 : i64
    %639 = llvm.getelementptr %arg0[%638] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %637, %639 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %640 = llvm.mlir.addressof @vblock_1x1_f32_i32_panels_features_silu_team : !llvm.ptr
    %641 = arith.constant 1 : i64
    %642 = llvm.getelementptr %arg0[%641] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %640, %642 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
  llvm.func internal @silu_4(%arg0: vector<4xf32>) -> vector<4xf32> {
    %643 = arith.constant dense<1.000000000e+00> : vector<4xf32>
    %644 = arith.constant dense<0.000000000e+00> : vector<4xf32>
    %645 = arith.subf %644, %arg0 : vector<4xf32>
    %646 = arith.constant dense<8.837626266e+01> : vector<4xf32>
    %647 = arith.minimumf %645, %646 : vector<4xf32>
    %648 = arith.constant dense<-8.733654475e+01> : vector<4xf32>
    %649 = arith.maximumf %647, %648 : vector<4xf32>
    %650 = arith.constant dense<1.258291200e+07> : vector<4xf32>
    %651 = arith.constant dense<1.442695041e+00> : vector<4xf32>
    %652 = vector.fma %649, %651, %650 : vector<4xf32>
    %653 = arith.subf %652, %650 : vector<4xf32>
    %654 = arith.constant dense<-6.931457520e-01> : vector<4xf32>
    %655 = vector.fma %653, %654, %649 : vector<4xf32>
    %656 = arith.constant dense<-1.428606765e-06> : vector<4xf32>
    %657 = vector.fma %653, %656, %655 : vector<4xf32>
    %658 = arith.constant dense<1.984126984e-04> : vector<4xf32>
    %659 = arith.constant dense<1.388888889e-03> : vector<4xf32>
    %660 = vector.fma %658, %657, %659 : vector<4xf32>
    %661 = arith.constant dense<8.333333333e-03> : vector<4xf32>
    %662 = vector.fma %660, %657, %661 : vector<4xf32>
    %663 = arith.constant dense<4.166666667e-02> : vector<4xf32>
    %664 = vector.fma %662, %657, %663 : vector<4xf32>
    %665 = arith.constant dense<1.666666667e-01> : vector<4xf32>
    %666 = vector.fma %664, %657, %665 : vector<4xf32>
    %667 = arith.constant dense<5.000000000e-01> : vector<4xf32>
    %668 = vector.fma %666, %657, %667 : vector<4xf32>
    %669 = vector.fma %668, %657, %643 : vector<4xf32>
    %670 = vector.fma %669, %657, %643 : vector<4xf32>
    %671 = arith.bitcast %652 : vector<4xf32> to vector<4xi32>
    %672 = arith.constant dense<23> : vector<4xi32>
    %673 = arith.shli %671, %672 : vector<4xi32>
    %674 = arith.bitcast %670 : vector<4xf32> to vector<4xi32>
    %675 = arith.addi %674, %673 : vector<4xi32>
    %676 = arith.bitcast %675 : vector<4xi32> to vector<4xf32>
    %677 = vector.fma %657, %644, %676 : vector<4xf32>
    %678 = arith.constant dense<8.872280000e+01> : vector<4xf32>
    %679 = arith.cmpf ogt, %645, %678 : vector<4xf32>
    %680 = arith.constant dense<0x7F800000> : vector<4xf32>
    %681 = arith.select %679, %680, %677 : vector<4xi1>, vector<4xf32>
    %682 = arith.addf %643, %681 : vector<4xf32>
    %683 = arith.divf %arg0, %682 : vector<4xf32>
    llvm.return %683 : vector<4xf32>
  }
}
