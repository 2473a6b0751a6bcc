module {
  llvm.func @vblock_1x1_f32_i16_features_features(%arg0: !llvm.ptr, %arg1: i64) {
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
    %154 = arith.constant 128 : i64
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
      %174 = arith.muli %arg1, %88 : i64
      %175 = llvm.getelementptr %42[%174] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      scf.for %176 = %159 to %165 step %67 : i64 {
        %178 = arith.addi %176, %67 : i64
        %179 = arith.minsi %178, %165 : i64
        %180 = arith.constant dense<0.000000000e+00> : vector<16xf32>
        %181 = arith.subi %179, %176 : i64
        %182 = arith.divui %181, %154 : i64
        %183 = arith.muli %182, %154 : i64
        %184 = arith.addi %176, %183 : i64
        %185 = arith.subi %179, %176 : i64
        %186 = arith.divui %185, %59 : i64
        %187 = arith.muli %186, %59 : i64
        %188 = arith.addi %176, %187 : i64
        %189 = arith.subi %179, %176 : i64
        %190 = arith.divui %189, %59 : i64
        %191 = arith.muli %190, %59 : i64
        %192 = arith.addi %176, %191 : i64
        %195 = scf.for %193 = %176 to %184 step %154 iter_args(%194 = %180) -> (vector<16xf32>) : i64 {
          %196 = llvm.getelementptr %169[%193] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %197 = arith.addi %193, %59 : i64
          %198 = llvm.getelementptr %169[%197] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %199 = arith.addi %193, %112 : i64
          %200 = llvm.getelementptr %169[%199] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %201 = arith.constant 48 : i64
          %202 = arith.addi %193, %201 : i64
          %203 = llvm.getelementptr %169[%202] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %204 = arith.constant 64 : i64
          %205 = arith.addi %193, %204 : i64
          %206 = llvm.getelementptr %169[%205] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %207 = arith.constant 80 : i64
          %208 = arith.addi %193, %207 : i64
          %209 = llvm.getelementptr %169[%208] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %210 = arith.constant 96 : i64
          %211 = arith.addi %193, %210 : i64
          %212 = llvm.getelementptr %169[%211] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %213 = arith.constant 112 : i64
          %214 = arith.addi %193, %213 : i64
          %215 = llvm.getelementptr %169[%214] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %225:8 = scf.for %216 = %0 to %52 step %4 iter_args(%217 = %194, %218 = %180, %219 = %180, %220 = %180, %221 = %180, %222 = %180, %223 = %180, %224 = %180) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
            %226 = arith.muli %216, %70 : i64
            %227 = llvm.getelementptr %196[%226] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %228 = llvm.load %227 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %229 = arith.muli %216, %70 : i64
            %230 = llvm.getelementptr %198[%229] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %231 = llvm.load %230 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %232 = arith.muli %216, %70 : i64
            %233 = llvm.getelementptr %200[%232] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %234 = llvm.load %233 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %235 = arith.muli %216, %70 : i64
            %236 = llvm.getelementptr %203[%235] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %237 = llvm.load %236 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %238 = arith.muli %216, %70 : i64
            %239 = llvm.getelementptr %206[%238] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %240 = llvm.load %239 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %241 = arith.muli %216, %70 : i64
            %242 = llvm.getelementptr %209[%241] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %243 = llvm.load %242 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %244 = arith.muli %216, %70 : i64
            %245 = llvm.getelementptr %212[%244] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %246 = llvm.load %245 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %247 = arith.muli %216, %70 : i64
            %248 = llvm.getelementptr %215[%247] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %249 = llvm.load %248 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %250 = vector.fma %228, %180, %217 : vector<16xf32>
            %251 = vector.fma %231, %180, %218 : vector<16xf32>
            %252 = vector.fma %234, %180, %219 : vector<16xf32>
            %253 = vector.fma %237, %180, %220 : vector<16xf32>
            %254 = vector.fma %240, %180, %221 : vector<16xf32>
            %255 = vector.fma %243, %180, %222 : vector<16xf32>
            %256 = vector.fma %246, %180, %223 : vector<16xf32>
            %257 = vector.fma %249, %180, %224 : vector<16xf32>
            scf.yield %250, %251, %252, %253, %254, %255, %256, %257 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
          }
          %258 = arith.addf %225#0, %225#1 : vector<16xf32>
          %259 = arith.addf %258, %225#2 : vector<16xf32>
          %260 = arith.addf %259, %225#3 : vector<16xf32>
          %261 = arith.addf %260, %225#4 : vector<16xf32>
          %262 = arith.addf %261, %225#5 : vector<16xf32>
          %263 = arith.addf %262, %225#6 : vector<16xf32>
          %264 = arith.addf %263, %225#7 : vector<16xf32>
          scf.yield %264 : vector<16xf32>
        }
        %267 = scf.for %265 = %184 to %188 step %59 iter_args(%266 = %195) -> (vector<16xf32>) : i64 {
          %268 = llvm.getelementptr %169[%265] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %271 = scf.for %269 = %0 to %52 step %4 iter_args(%270 = %266) -> (vector<16xf32>) : i64 {
            %272 = arith.muli %269, %70 : i64
            %273 = llvm.getelementptr %268[%272] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %274 = llvm.load %273 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %275 = vector.fma %274, %180, %270 : vector<16xf32>
            scf.yield %275 : vector<16xf32>
          }
          scf.yield %271 : vector<16xf32>
        }
        %278 = scf.for %276 = %192 to %179 step %59 iter_args(%277 = %267) -> (vector<16xf32>) : i64 {
          %279 = arith.subi %179, %276 : i64
          %280 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi64>
          %281 = vector.broadcast %279 : i64 to vector<16xi64>
          %282 = arith.cmpi slt, %280, %281 : vector<16xi64>
          %283 = llvm.getelementptr %169[%276] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %286 = scf.for %284 = %0 to %52 step %4 iter_args(%285 = %277) -> (vector<16xf32>) : i64 {
            %287 = arith.muli %284, %70 : i64
            %288 = llvm.getelementptr %283[%287] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %289 = llvm.intr.masked.load %288, %282, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
            %290 = vector.fma %289, %180, %285 : vector<16xf32>
            scf.yield %290 : vector<16xf32>
          }
          scf.yield %286 : vector<16xf32>
        }
        %291 = vector.reduction <add>, %278 : vector<16xf32> into f32
        %292 = arith.constant 0.000000000e+00 : f32
        %293 = arith.cmpf ord, %291, %292 : f32
        scf.for %294 = %116#0 to %141#0 step %4 : i64 {
          %296 = arith.muli %294, %8 : i64
          %297 = llvm.getelementptr %30[%296] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %298 = llvm.load %297 {alignment = 4 : i64} : !llvm.ptr -> i32
          %299 = arith.extsi %298 : i32 to i64
          %300 = arith.addi %294, %4 : i64
          %301 = arith.muli %300, %8 : i64
          %302 = llvm.getelementptr %30[%301] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %303 = llvm.load %302 {alignment = 4 : i64} : !llvm.ptr -> i32
          %304 = arith.extsi %303 : i32 to i64
          %305 = arith.muli %97, %58 : i64
          %306 = arith.addi %294, %305 : i64
          %307 = arith.muli %306, %8 : i64
          %308 = arith.addi %307, %4 : i64
          %309 = llvm.getelementptr %30[%308] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %310 = llvm.load %309 {alignment = 4 : i64} : !llvm.ptr -> i32
          %311 = arith.extsi %310 : i32 to i64
          %312 = arith.addi %306, %4 : i64
          %313 = arith.muli %312, %8 : i64
          %314 = arith.addi %313, %4 : i64
          %315 = llvm.getelementptr %30[%314] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %316 = llvm.load %315 {alignment = 4 : i64} : !llvm.ptr -> i32
          %317 = arith.extsi %316 : i32 to i64
          %318 = arith.subi %317, %311 : i64
          %319 = arith.subi %179, %176 : i64
          %320 = arith.divui %319, %154 : i64
          %321 = arith.muli %320, %154 : i64
          %322 = arith.addi %176, %321 : i64
          %323 = arith.subi %179, %176 : i64
          %324 = arith.divui %323, %59 : i64
          %325 = arith.muli %324, %59 : i64
          %326 = arith.addi %176, %325 : i64
          %327 = arith.subi %179, %176 : i64
          %328 = arith.divui %327, %59 : i64
          %329 = arith.muli %328, %59 : i64
          %330 = arith.addi %176, %329 : i64
          scf.for %331 = %176 to %322 step %154 : i64 {
            %333 = arith.subi %179, %331 : i64
            %334 = llvm.getelementptr %169[%331] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %335 = arith.addi %331, %59 : i64
            %336 = llvm.getelementptr %169[%335] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %337 = arith.addi %331, %112 : i64
            %338 = llvm.getelementptr %169[%337] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %339 = arith.constant 48 : i64
            %340 = arith.addi %331, %339 : i64
            %341 = llvm.getelementptr %169[%340] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %342 = arith.constant 64 : i64
            %343 = arith.addi %331, %342 : i64
            %344 = llvm.getelementptr %169[%343] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %345 = arith.constant 80 : i64
            %346 = arith.addi %331, %345 : i64
            %347 = llvm.getelementptr %169[%346] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %348 = arith.constant 96 : i64
            %349 = arith.addi %331, %348 : i64
            %350 = llvm.getelementptr %169[%349] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %351 = arith.constant 112 : i64
            %352 = arith.addi %331, %351 : i64
            %353 = llvm.getelementptr %169[%352] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %354 = arith.subi %331, %176 : i64
            %355:8 = scf.if %293 -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) {
              %365:8 = scf.for %356 = %299 to %304 step %4 iter_args(%357 = %180, %358 = %180, %359 = %180, %360 = %180, %361 = %180, %362 = %180, %363 = %180, %364 = %180) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %366 = llvm.getelementptr %26[%356] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %367 = llvm.load %366 {alignment = 2 : i64} : !llvm.ptr -> i16
                %368 = arith.extui %367 : i16 to i64
                %369 = llvm.getelementptr %22[%356] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %370 = llvm.load %369 {alignment = 4 : i64} : !llvm.ptr -> f32
                %371 = vector.broadcast %370 : f32 to vector<16xf32>
                %372 = arith.muli %368, %70 : i64
                %373 = llvm.getelementptr %334[%372] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %374 = llvm.load %373 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %375 = arith.muli %368, %70 : i64
                %376 = llvm.getelementptr %336[%375] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %377 = llvm.load %376 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %378 = arith.muli %368, %70 : i64
                %379 = llvm.getelementptr %338[%378] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %380 = llvm.load %379 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %381 = arith.muli %368, %70 : i64
                %382 = llvm.getelementptr %341[%381] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %383 = llvm.load %382 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %384 = arith.muli %368, %70 : i64
                %385 = llvm.getelementptr %344[%384] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %386 = llvm.load %385 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %387 = arith.muli %368, %70 : i64
                %388 = llvm.getelementptr %347[%387] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %389 = llvm.load %388 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %390 = arith.muli %368, %70 : i64
                %391 = llvm.getelementptr %350[%390] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %392 = llvm.load %391 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %393 = arith.muli %368, %70 : i64
                %394 = llvm.getelementptr %353[%393] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %395 = llvm.load %394 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %396 = vector.fma %371, %374, %357 : vector<16xf32>
                %397 = vector.fma %371, %377, %358 : vector<16xf32>
                %398 = vector.fma %371, %380, %359 : vector<16xf32>
                %399 = vector.fma %371, %383, %360 : vector<16xf32>
                %400 = vector.fma %371, %386, %361 : vector<16xf32>
                %401 = vector.fma %371, %389, %362 : vector<16xf32>
                %402 = vector.fma %371, %392, %363 : vector<16xf32>
                %403 = vector.fma %371, %395, %364 : vector<16xf32>
                scf.yield %396, %397, %398, %399, %400, %401, %402, %403 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %365#0, %365#1, %365#2, %365#3, %365#4, %365#5, %365#6, %365#7 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            } else {
              %414:9 = scf.for %404 = %0 to %52 step %4 iter_args(%405 = %299, %406 = %180, %407 = %180, %408 = %180, %409 = %180, %410 = %180, %411 = %180, %412 = %180, %413 = %180) -> (i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %415 = arith.constant -1 : i64
                %416 = arith.addi %304, %415 : i64
                %417 = arith.minsi %405, %416 : i64
                %418 = arith.maxsi %417, %0 : i64
                %419 = arith.cmpi slt, %405, %304 : i64
                %420 = llvm.getelementptr %26[%418] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %421 = llvm.load %420 {alignment = 2 : i64} : !llvm.ptr -> i16
                %422 = arith.extui %421 : i16 to i64
                %423 = arith.cmpi eq, %422, %404 : i64
                %424 = arith.andi %419, %423 : i1
                %425 = llvm.getelementptr %22[%418] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %426 = llvm.load %425 {alignment = 4 : i64} : !llvm.ptr -> f32
                %427 = vector.broadcast %426 : f32 to vector<16xf32>
                %428 = arith.select %424, %427, %180 : vector<16xf32>
                %429 = arith.extui %424 : i1 to i64
                %430 = arith.addi %405, %429 : i64
                %431 = arith.muli %404, %70 : i64
                %432 = llvm.getelementptr %334[%431] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %433 = llvm.load %432 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %434 = arith.muli %404, %70 : i64
                %435 = llvm.getelementptr %336[%434] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %436 = llvm.load %435 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %437 = arith.muli %404, %70 : i64
                %438 = llvm.getelementptr %338[%437] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %439 = llvm.load %438 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %440 = arith.muli %404, %70 : i64
                %441 = llvm.getelementptr %341[%440] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %442 = llvm.load %441 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %443 = arith.muli %404, %70 : i64
                %444 = llvm.getelementptr %344[%443] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %445 = llvm.load %444 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %446 = arith.muli %404, %70 : i64
                %447 = llvm.getelementptr %347[%446] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %448 = llvm.load %447 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %449 = arith.muli %404, %70 : i64
                %450 = llvm.getelementptr %350[%449] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %451 = llvm.load %450 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %452 = arith.muli %404, %70 : i64
                %453 = llvm.getelementptr %353[%452] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %454 = llvm.load %453 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %455 = vector.fma %428, %433, %406 : vector<16xf32>
                %456 = vector.fma %428, %436, %407 : vector<16xf32>
                %457 = vector.fma %428, %439, %408 : vector<16xf32>
                %458 = vector.fma %428, %442, %409 : vector<16xf32>
                %459 = vector.fma %428, %445, %410 : vector<16xf32>
                %460 = vector.fma %428, %448, %411 : vector<16xf32>
                %461 = vector.fma %428, %451, %412 : vector<16xf32>
                %462 = vector.fma %428, %454, %413 : vector<16xf32>
                scf.yield %430, %455, %456, %457, %458, %459, %460, %461, %462 : i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %414#1, %414#2, %414#3, %414#4, %414#5, %414#6, %414#7, %414#8 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            }
            %463 = arith.muli %97, %58 : i64
            %464 = arith.addi %294, %463 : i64
            %465 = arith.muli %464, %8 : i64
            %466 = arith.addi %465, %4 : i64
            %467 = llvm.getelementptr %30[%466] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %468 = llvm.load %467 {alignment = 4 : i64} : !llvm.ptr -> i32
            %469 = arith.extsi %468 : i32 to i64
            %470 = arith.addi %464, %4 : i64
            %471 = arith.muli %470, %8 : i64
            %472 = arith.addi %471, %4 : i64
            %473 = llvm.getelementptr %30[%472] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %474 = llvm.load %473 {alignment = 4 : i64} : !llvm.ptr -> i32
            %475 = arith.extsi %474 : i32 to i64
            %476 = arith.subi %475, %469 : i64
            %477 = arith.muli %469, %76 : i64
            %478 = arith.addi %477, %331 : i64
            %479 = llvm.getelementptr %171[%478] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %355#0, %479 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %480 = arith.addi %331, %59 : i64
            %481 = arith.muli %469, %76 : i64
            %482 = arith.addi %481, %480 : i64
            %483 = llvm.getelementptr %171[%482] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %355#1, %483 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %484 = arith.addi %331, %112 : i64
            %485 = arith.muli %469, %76 : i64
            %486 = arith.addi %485, %484 : i64
            %487 = llvm.getelementptr %171[%486] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %355#2, %487 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %488 = arith.addi %331, %339 : i64
            %489 = arith.muli %469, %76 : i64
            %490 = arith.addi %489, %488 : i64
            %491 = llvm.getelementptr %171[%490] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %355#3, %491 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %492 = arith.addi %331, %342 : i64
            %493 = arith.muli %469, %76 : i64
            %494 = arith.addi %493, %492 : i64
            %495 = llvm.getelementptr %171[%494] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %355#4, %495 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %496 = arith.addi %331, %345 : i64
            %497 = arith.muli %469, %76 : i64
            %498 = arith.addi %497, %496 : i64
            %499 = llvm.getelementptr %171[%498] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %355#5, %499 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %500 = arith.addi %331, %348 : i64
            %501 = arith.muli %469, %76 : i64
            %502 = arith.addi %501, %500 : i64
            %503 = llvm.getelementptr %171[%502] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %355#6, %503 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %504 = arith.addi %331, %351 : i64
            %505 = arith.muli %469, %76 : i64
            %506 = arith.addi %505, %504 : i64
            %507 = llvm.getelementptr %171[%506] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %355#7, %507 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
          }
          scf.for %508 = %322 to %326 step %59 : i64 {
            %510 = arith.subi %179, %508 : i64
            %511 = llvm.getelementptr %169[%508] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %512 = arith.subi %508, %176 : i64
            %513 = scf.if %293 -> (vector<16xf32>) {
              %516 = scf.for %514 = %299 to %304 step %4 iter_args(%515 = %180) -> (vector<16xf32>) : i64 {
                %517 = llvm.getelementptr %26[%514] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %518 = llvm.load %517 {alignment = 2 : i64} : !llvm.ptr -> i16
                %519 = arith.extui %518 : i16 to i64
                %520 = llvm.getelementptr %22[%514] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %521 = llvm.load %520 {alignment = 4 : i64} : !llvm.ptr -> f32
                %522 = vector.broadcast %521 : f32 to vector<16xf32>
                %523 = arith.muli %519, %70 : i64
                %524 = llvm.getelementptr %511[%523] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %525 = llvm.load %524 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %526 = vector.fma %522, %525, %515 : vector<16xf32>
                scf.yield %526 : vector<16xf32>
              }
              scf.yield %516 : vector<16xf32>
            } else {
              %530:2 = scf.for %527 = %0 to %52 step %4 iter_args(%528 = %299, %529 = %180) -> (i64, vector<16xf32>) : i64 {
                %531 = arith.constant -1 : i64
                %532 = arith.addi %304, %531 : i64
                %533 = arith.minsi %528, %532 : i64
                %534 = arith.maxsi %533, %0 : i64
                %535 = arith.cmpi slt, %528, %304 : i64
                %536 = llvm.getelementptr %26[%534] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %537 = llvm.load %536 {alignment = 2 : i64} : !llvm.ptr -> i16
                %538 = arith.extui %537 : i16 to i64
                %539 = arith.cmpi eq, %538, %527 : i64
                %540 = arith.andi %535, %539 : i1
                %541 = llvm.getelementptr %22[%534] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %542 = llvm.load %541 {alignment = 4 : i64} : !llvm.ptr -> f32
                %543 = vector.broadcast %542 : f32 to vector<16xf32>
                %544 = arith.select %540, %543, %180 : vector<16xf32>
                %545 = arith.extui %540 : i1 to i64
                %546 = arith.addi %528, %545 : i64
                %547 = arith.muli %527, %70 : i64
                %548 = llvm.getelementptr %511[%547] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %549 = llvm.load %548 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %550 = vector.fma %544, %549, %529 : vector<16xf32>
                scf.yield %546, %550 : i64, vector<16xf32>
              }
              scf.yield %530#1 : vector<16xf32>
            }
            %551 = arith.muli %97, %58 : i64
            %552 = arith.addi %294, %551 : i64
            %553 = arith.muli %552, %8 : i64
            %554 = arith.addi %553, %4 : i64
            %555 = llvm.getelementptr %30[%554] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %556 = llvm.load %555 {alignment = 4 : i64} : !llvm.ptr -> i32
            %557 = arith.extsi %556 : i32 to i64
            %558 = arith.addi %552, %4 : i64
            %559 = arith.muli %558, %8 : i64
            %560 = arith.addi %559, %4 : i64
            %561 = llvm.getelementptr %30[%560] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %562 = llvm.load %561 {alignment = 4 : i64} : !llvm.ptr -> i32
            %563 = arith.extsi %562 : i32 to i64
            %564 = arith.subi %563, %557 : i64
            %565 = arith.muli %557, %76 : i64
            %566 = arith.addi %565, %508 : i64
            %567 = llvm.getelementptr %171[%566] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %513, %567 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
          }
          scf.for %568 = %330 to %179 step %59 : i64 {
            %570 = arith.subi %179, %568 : i64
            %571 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi64>
            %572 = vector.broadcast %570 : i64 to vector<16xi64>
            %573 = arith.cmpi slt, %571, %572 : vector<16xi64>
            %574 = llvm.getelementptr %169[%568] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %575 = arith.subi %568, %176 : i64
            %576 = scf.if %293 -> (vector<16xf32>) {
              %579 = scf.for %577 = %299 to %304 step %4 iter_args(%578 = %180) -> (vector<16xf32>) : i64 {
                %580 = llvm.getelementptr %26[%577] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %581 = llvm.load %580 {alignment = 2 : i64} : !llvm.ptr -> i16
                %582 = arith.extui %581 : i16 to i64
                %583 = llvm.getelementptr %22[%577] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %584 = llvm.load %583 {alignment = 4 : i64} : !llvm.ptr -> f32
                %585 = vector.broadcast %584 : f32 to vector<16xf32>
                %586 = arith.muli %582, %70 : i64
                %587 = llvm.getelementptr %574[%586] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %588 = llvm.intr.masked.load %587, %573, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %589 = vector.fma %585, %588, %578 : vector<16xf32>
                scf.yield %589 : vector<16xf32>
              }
              scf.yield %579 : vector<16xf32>
            } else {
              %593:2 = scf.for %590 = %0 to %52 step %4 iter_args(%591 = %299, %592 = %180) -> (i64, vector<16xf32>) : i64 {
                %594 = arith.constant -1 : i64
                %595 = arith.addi %304, %594 : i64
                %596 = arith.minsi %591, %595 : i64
                %597 = arith.maxsi %596, %0 : i64
                %598 = arith.cmpi slt, %591, %304 : i64
                %599 = llvm.getelementptr %26[%597] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %600 = llvm.load %599 {alignment = 2 : i64} : !llvm.ptr -> i16
                %601 = arith.extui %600 : i16 to i64
                %602 = arith.cmpi eq, %601, %590 : i64
                %603 = arith.andi %598, %602 : i1
                %604 = llvm.getelementptr %22[%597] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %605 = llvm.load %604 {alignment = 4 : i64} : !llvm.ptr -> f32
                %606 = vector.broadcast %605 : f32 to vector<16xf32>
                %607 = arith.select %603, %606, %180 : vector<16xf32>
                %608 = arith.extui %603 : i1 to i64
                %609 = arith.addi %591, %608 : i64
                %610 = arith.muli %590, %70 : i64
                %611 = llvm.getelementptr %574[%610] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %612 = llvm.intr.masked.load %611, %573, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %613 = vector.fma %607, %612, %592 : vector<16xf32>
                scf.yield %609, %613 : i64, vector<16xf32>
              }
              scf.yield %593#1 : vector<16xf32>
            }
            %614 = arith.muli %97, %58 : i64
            %615 = arith.addi %294, %614 : i64
            %616 = arith.muli %615, %8 : i64
            %617 = arith.addi %616, %4 : i64
            %618 = llvm.getelementptr %30[%617] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %619 = llvm.load %618 {alignment = 4 : i64} : !llvm.ptr -> i32
            %620 = arith.extsi %619 : i32 to i64
            %621 = arith.addi %615, %4 : i64
            %622 = arith.muli %621, %8 : i64
            %623 = arith.addi %622, %4 : i64
            %624 = llvm.getelementptr %30[%623] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %625 = llvm.load %624 {alignment = 4 : i64} : !llvm.ptr -> i32
            %626 = arith.extsi %625 : i32 to i64
            %627 = arith.subi %626, %620 : i64
            %628 = arith.muli %620, %76 : i64
            %629 = arith.addi %628, %568 : i64
            %630 = llvm.getelementptr %171[%629] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.intr.masked.store %576, %630, %573 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
          }
        }
      }
    }
    llvm.return
  }
  llvm.func @vblock_1x1_f32_i16_features_features_team(%arg0: !llvm.ptr) {
    %631 = arith.constant 0 : i64
    %632 = llvm.getelementptr %arg0[%631] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %633 = llvm.load %632 {alignment = 8 : i64} : !llvm.ptr -> i64
    %634 = llvm.inttoptr %633 : i64 to !llvm.ptr
    %635 = arith.constant 1 : i64
    %636 = llvm.getelementptr %arg0[%635] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %637 = llvm.load %636 {alignment = 8 : i64} : !llvm.ptr -> i64
    %638 = llvm.inttoptr %637 : i64 to !llvm.ptr
    %639 = arith.constant 2 : i64
    %640 = llvm.getelementptr %arg0[%639] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %641 = llvm.load %640 {alignment = 8 : i64} : !llvm.ptr -> i64
    %642 = llvm.call %634() : !llvm.ptr, () -> i32
    %643 = arith.extsi %642 : i32 to i64
    %644 = llvm.call %638() : !llvm.ptr, () -> i32
    %645 = arith.extsi %644 : i32 to i64
    scf.for %646 = %643 to %641 step %645 : i64 {
      llvm.call @vblock_1x1_f32_i16_features_features(%arg0, %646) : (!llvm.ptr, i64) -> ()
    }
    llvm.return
  }
  llvm.func @vblock_1x1_f32_i16_features_features_entries(%arg0: !llvm.ptr) {
    %648 = llvm.mlir.addressof @vblock_1x1_f32_i16_features_features : !llvm.ptr
    %649 = arith.constant 0 : i64
    %650 = llvm.getelementptr %arg0[%649] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %648, %650 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %651 = llvm.mlir.addressof @vblock_1x1_f32_i16_features_features_team : !llvm.ptr
    %652 = arith.constant 1 : i64
    %653 = llvm.getelementptr %arg0[%652] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %651, %653 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
}
