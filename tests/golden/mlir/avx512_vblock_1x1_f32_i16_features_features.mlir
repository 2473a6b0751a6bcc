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
    %154 = arith.constant 64 : i64
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
        %182 = arith.divui %181, %59 : i64
        %183 = arith.divui %182, %15 : i64
        %184 = arith.muli %183, %15 : i64
        %185 = arith.muli %184, %59 : i64
        %186 = arith.addi %176, %185 : i64
        %187 = arith.subi %182, %184 : i64
        %188 = arith.divui %187, %11 : i64
        %189 = arith.muli %188, %11 : i64
        %190 = arith.muli %189, %59 : i64
        %191 = arith.addi %186, %190 : i64
        %192 = arith.subi %187, %189 : i64
        %193 = arith.divui %192, %8 : i64
        %194 = arith.muli %193, %8 : i64
        %195 = arith.muli %194, %59 : i64
        %196 = arith.addi %191, %195 : i64
        %197 = arith.subi %192, %194 : i64
        %198 = arith.divui %197, %4 : i64
        %199 = arith.muli %198, %59 : i64
        %200 = arith.addi %196, %199 : i64
        %201 = arith.subi %197, %198 : i64
        %204 = scf.for %202 = %176 to %186 step %154 iter_args(%203 = %180) -> (vector<16xf32>) : i64 {
          %205 = llvm.getelementptr %169[%202] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %206 = arith.addi %202, %59 : i64
          %207 = llvm.getelementptr %169[%206] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %208 = arith.addi %202, %112 : i64
          %209 = llvm.getelementptr %169[%208] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %210 = arith.constant 48 : i64
          %211 = arith.addi %202, %210 : i64
          %212 = llvm.getelementptr %169[%211] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %218:4 = scf.for %213 = %0 to %52 step %4 iter_args(%214 = %203, %215 = %180, %216 = %180, %217 = %180) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
            %219 = arith.muli %213, %70 : i64
            %220 = llvm.getelementptr %205[%219] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %221 = llvm.load %220 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %222 = arith.muli %213, %70 : i64
            %223 = llvm.getelementptr %207[%222] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %224 = llvm.load %223 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %225 = arith.muli %213, %70 : i64
            %226 = llvm.getelementptr %209[%225] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %227 = llvm.load %226 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %228 = arith.muli %213, %70 : i64
            %229 = llvm.getelementptr %212[%228] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %230 = llvm.load %229 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %231 = vector.fma %221, %180, %214 : vector<16xf32>
            %232 = vector.fma %224, %180, %215 : vector<16xf32>
            %233 = vector.fma %227, %180, %216 : vector<16xf32>
            %234 = vector.fma %230, %180, %217 : vector<16xf32>
            scf.yield %231, %232, %233, %234 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
          }
          %235 = arith.addf %218#0, %218#1 : vector<16xf32>
          %236 = arith.addf %235, %218#2 : vector<16xf32>
          %237 = arith.addf %236, %218#3 : vector<16xf32>
          scf.yield %237 : vector<16xf32>
        }
        %238 = arith.constant 48 : i64
        %241 = scf.for %239 = %186 to %191 step %238 iter_args(%240 = %204) -> (vector<16xf32>) : i64 {
          %242 = llvm.getelementptr %169[%239] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %243 = arith.addi %239, %59 : i64
          %244 = llvm.getelementptr %169[%243] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %245 = arith.addi %239, %112 : i64
          %246 = llvm.getelementptr %169[%245] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %251:3 = scf.for %247 = %0 to %52 step %4 iter_args(%248 = %240, %249 = %180, %250 = %180) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
            %252 = arith.muli %247, %70 : i64
            %253 = llvm.getelementptr %242[%252] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %254 = llvm.load %253 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %255 = arith.muli %247, %70 : i64
            %256 = llvm.getelementptr %244[%255] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %257 = llvm.load %256 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %258 = arith.muli %247, %70 : i64
            %259 = llvm.getelementptr %246[%258] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %260 = llvm.load %259 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %261 = vector.fma %254, %180, %248 : vector<16xf32>
            %262 = vector.fma %257, %180, %249 : vector<16xf32>
            %263 = vector.fma %260, %180, %250 : vector<16xf32>
            scf.yield %261, %262, %263 : vector<16xf32>, vector<16xf32>, vector<16xf32>
          }
          %264 = arith.addf %251#0, %251#1 : vector<16xf32>
          %265 = arith.addf %264, %251#2 : vector<16xf32>
          scf.yield %265 : vector<16xf32>
        }
        %268 = scf.for %266 = %191 to %196 step %112 iter_args(%267 = %241) -> (vector<16xf32>) : i64 {
          %269 = llvm.getelementptr %169[%266] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %270 = arith.addi %266, %59 : i64
          %271 = llvm.getelementptr %169[%270] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %275:2 = scf.for %272 = %0 to %52 step %4 iter_args(%273 = %267, %274 = %180) -> (vector<16xf32>, vector<16xf32>) : i64 {
            %276 = arith.muli %272, %70 : i64
            %277 = llvm.getelementptr %269[%276] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %278 = llvm.load %277 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %279 = arith.muli %272, %70 : i64
            %280 = llvm.getelementptr %271[%279] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %281 = llvm.load %280 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %282 = vector.fma %278, %180, %273 : vector<16xf32>
            %283 = vector.fma %281, %180, %274 : vector<16xf32>
            scf.yield %282, %283 : vector<16xf32>, vector<16xf32>
          }
          %284 = arith.addf %275#0, %275#1 : vector<16xf32>
          scf.yield %284 : vector<16xf32>
        }
        %287 = scf.for %285 = %196 to %200 step %59 iter_args(%286 = %268) -> (vector<16xf32>) : i64 {
          %288 = llvm.getelementptr %169[%285] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %291 = scf.for %289 = %0 to %52 step %4 iter_args(%290 = %286) -> (vector<16xf32>) : i64 {
            %292 = arith.muli %289, %70 : i64
            %293 = llvm.getelementptr %288[%292] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %294 = llvm.load %293 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %295 = vector.fma %294, %180, %290 : vector<16xf32>
            scf.yield %295 : vector<16xf32>
          }
          scf.yield %291 : vector<16xf32>
        }
        %298 = scf.for %296 = %200 to %179 step %59 iter_args(%297 = %287) -> (vector<16xf32>) : i64 {
          %299 = arith.subi %179, %296 : i64
          %300 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi64>
          %301 = vector.broadcast %299 : i64 to vector<16xi64>
          %302 = arith.cmpi slt, %300, %301 : vector<16xi64>
          %303 = llvm.getelementptr %169[%296] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %306 = scf.for %304 = %0 to %52 step %4 iter_args(%305 = %297) -> (vector<16xf32>) : i64 {
            %307 = arith.muli %304, %70 : i64
            %308 = llvm.getelementptr %303[%307] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %309 = llvm.intr.masked.load %308, %302, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
            %310 = vector.fma %309, %180, %305 : vector<16xf32>
            scf.yield %310 : vector<16xf32>
          }
          scf.yield %306 : vector<16xf32>
        }
        %311 = vector.reduction <add>, %298 : vector<16xf32> into f32
        %312 = arith.constant 0.000000000e+00 : f32
        %313 = arith.cmpf ord, %311, %312 : f32
        scf.for %314 = %116#0 to %141#0 step %4 : i64 {
          %316 = arith.muli %314, %8 : i64
          %317 = llvm.getelementptr %30[%316] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %318 = llvm.load %317 {alignment = 4 : i64} : !llvm.ptr -> i32
          %319 = arith.extsi %318 : i32 to i64
          %320 = arith.addi %314, %4 : i64
          %321 = arith.muli %320, %8 : i64
          %322 = llvm.getelementptr %30[%321] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %323 = llvm.load %322 {alignment = 4 : i64} : !llvm.ptr -> i32
          %324 = arith.extsi %323 : i32 to i64
          %325 = arith.muli %97, %58 : i64
          %326 = arith.addi %314, %325 : i64
          %327 = arith.muli %326, %8 : i64
          %328 = arith.addi %327, %4 : i64
          %329 = llvm.getelementptr %30[%328] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %330 = llvm.load %329 {alignment = 4 : i64} : !llvm.ptr -> i32
          %331 = arith.extsi %330 : i32 to i64
          %332 = arith.addi %326, %4 : i64
          %333 = arith.muli %332, %8 : i64
          %334 = arith.addi %333, %4 : i64
          %335 = llvm.getelementptr %30[%334] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %336 = llvm.load %335 {alignment = 4 : i64} : !llvm.ptr -> i32
          %337 = arith.extsi %336 : i32 to i64
          %338 = arith.subi %337, %331 : i64
          %339 = arith.subi %179, %176 : i64
          %340 = arith.divui %339, %59 : i64
          %341 = arith.divui %340, %15 : i64
          %342 = arith.muli %341, %15 : i64
          %343 = arith.muli %342, %59 : i64
          %344 = arith.addi %176, %343 : i64
          %345 = arith.subi %340, %342 : i64
          %346 = arith.divui %345, %11 : i64
          %347 = arith.muli %346, %11 : i64
          %348 = arith.muli %347, %59 : i64
          %349 = arith.addi %344, %348 : i64
          %350 = arith.subi %345, %347 : i64
          %351 = arith.divui %350, %8 : i64
          %352 = arith.muli %351, %8 : i64
          %353 = arith.muli %352, %59 : i64
          %354 = arith.addi %349, %353 : i64
          %355 = arith.subi %350, %352 : i64
          %356 = arith.divui %355, %4 : i64
          %357 = arith.muli %356, %59 : i64
          %358 = arith.addi %354, %357 : i64
          %359 = arith.subi %355, %356 : i64
          scf.for %360 = %176 to %344 step %154 : i64 {
            %362 = llvm.getelementptr %169[%360] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %363 = arith.addi %360, %59 : i64
            %364 = llvm.getelementptr %169[%363] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %365 = arith.addi %360, %112 : i64
            %366 = llvm.getelementptr %169[%365] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %367 = arith.addi %360, %238 : i64
            %368 = llvm.getelementptr %169[%367] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %369 = arith.subi %360, %176 : i64
            %370:4 = scf.if %313 -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) {
              %376:4 = scf.for %371 = %319 to %324 step %4 iter_args(%372 = %180, %373 = %180, %374 = %180, %375 = %180) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %377 = llvm.getelementptr %26[%371] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %378 = llvm.load %377 {alignment = 2 : i64} : !llvm.ptr -> i16
                %379 = arith.extui %378 : i16 to i64
                %380 = llvm.getelementptr %22[%371] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %381 = llvm.load %380 {alignment = 4 : i64} : !llvm.ptr -> f32
                %382 = vector.broadcast %381 : f32 to vector<16xf32>
                %383 = arith.muli %379, %70 : i64
                %384 = llvm.getelementptr %362[%383] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %385 = llvm.load %384 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %386 = arith.muli %379, %70 : i64
                %387 = llvm.getelementptr %364[%386] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %388 = llvm.load %387 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %389 = arith.muli %379, %70 : i64
                %390 = llvm.getelementptr %366[%389] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %391 = llvm.load %390 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %392 = arith.muli %379, %70 : i64
                %393 = llvm.getelementptr %368[%392] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %394 = llvm.load %393 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %395 = vector.fma %382, %385, %372 : vector<16xf32>
                %396 = vector.fma %382, %388, %373 : vector<16xf32>
                %397 = vector.fma %382, %391, %374 : vector<16xf32>
                %398 = vector.fma %382, %394, %375 : vector<16xf32>
                scf.yield %395, %396, %397, %398 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %376#0, %376#1, %376#2, %376#3 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            } else {
              %405:5 = scf.for %399 = %0 to %52 step %4 iter_args(%400 = %319, %401 = %180, %402 = %180, %403 = %180, %404 = %180) -> (i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %406 = arith.constant -1 : i64
                %407 = arith.addi %324, %406 : i64
                %408 = arith.minsi %400, %407 : i64
                %409 = arith.maxsi %408, %0 : i64
                %410 = arith.cmpi slt, %400, %324 : i64
                %411 = llvm.getelementptr %26[%409] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %412 = llvm.load %411 {alignment = 2 : i64} : !llvm.ptr -> i16
                %413 = arith.extui %412 : i16 to i64
                %414 = arith.cmpi eq, %413, %399 : i64
                %415 = arith.andi %410, %414 : i1
                %416 = llvm.getelementptr %22[%409] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %417 = llvm.load %416 {alignment = 4 : i64} : !llvm.ptr -> f32
                %418 = vector.broadcast %417 : f32 to vector<16xf32>
                %419 = arith.select %415, %418, %180 : vector<16xf32>
                %420 = arith.extui %415 : i1 to i64
                %421 = arith.addi %400, %420 : i64
                %422 = arith.muli %399, %70 : i64
                %423 = llvm.getelementptr %362[%422] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %424 = llvm.load %423 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %425 = arith.muli %399, %70 : i64
                %426 = llvm.getelementptr %364[%425] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %427 = llvm.load %426 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %428 = arith.muli %399, %70 : i64
                %429 = llvm.getelementptr %366[%428] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %430 = llvm.load %429 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %431 = arith.muli %399, %70 : i64
                %432 = llvm.getelementptr %368[%431] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %433 = llvm.load %432 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %434 = vector.fma %419, %424, %401 : vector<16xf32>
                %435 = vector.fma %419, %427, %402 : vector<16xf32>
                %436 = vector.fma %419, %430, %403 : vector<16xf32>
                %437 = vector.fma %419, %433, %404 : vector<16xf32>
                scf.yield %421, %434, %435, %436, %437 : i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %405#1, %405#2, %405#3, %405#4 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            }
            %438 = arith.muli %97, %58 : i64
            %439 = arith.addi %314, %438 : i64
            %440 = arith.muli %439, %8 : i64
            %441 = arith.addi %440, %4 : i64
            %442 = llvm.getelementptr %30[%441] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %443 = llvm.load %442 {alignment = 4 : i64} : !llvm.ptr -> i32
            %444 = arith.extsi %443 : i32 to i64
            %445 = arith.addi %439, %4 : i64
            %446 = arith.muli %445, %8 : i64
            %447 = arith.addi %446, %4 : i64
            %448 = llvm.getelementptr %30[%447] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %449 = llvm.load %448 {alignment = 4 : i64} : !llvm.ptr -> i32
            %450 = arith.extsi %449 : i32 to i64
            %451 = arith.subi %450, %444 : i64
            %452 = arith.muli %444, %76 : i64
            %453 = arith.addi %452, %360 : i64
            %454 = llvm.getelementptr %171[%453] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %370#0, %454 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %455 = arith.addi %360, %59 : i64
            %456 = arith.muli %444, %76 : i64
            %457 = arith.addi %456, %455 : i64
            %458 = llvm.getelementptr %171[%457] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %370#1, %458 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %459 = arith.addi %360, %112 : i64
            %460 = arith.muli %444, %76 : i64
            %461 = arith.addi %460, %459 : i64
            %462 = llvm.getelementptr %171[%461] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %370#2, %462 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %463 = arith.addi %360, %238 : i64
            %464 = arith.muli %444, %76 : i64
            %465 = arith.addi %464, %463 : i64
            %466 = llvm.getelementptr %171[%465] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %370#3, %466 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
          }
          scf.for %467 = %344 to %349 step %238 : i64 {
            %469 = llvm.getelementptr %169[%467] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %470 = arith.addi %467, %59 : i64
            %471 = llvm.getelementptr %169[%470] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %472 = arith.addi %467, %112 : i64
            %473 = llvm.getelementptr %169[%472] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %474 = arith.subi %467, %176 : i64
            %475:3 = scf.if %313 -> (vector<16xf32>, vector<16xf32>, vector<16xf32>) {
              %480:3 = scf.for %476 = %319 to %324 step %4 iter_args(%477 = %180, %478 = %180, %479 = %180) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %481 = llvm.getelementptr %26[%476] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %482 = llvm.load %481 {alignment = 2 : i64} : !llvm.ptr -> i16
                %483 = arith.extui %482 : i16 to i64
                %484 = llvm.getelementptr %22[%476] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %485 = llvm.load %484 {alignment = 4 : i64} : !llvm.ptr -> f32
                %486 = vector.broadcast %485 : f32 to vector<16xf32>
                %487 = arith.muli %483, %70 : i64
                %488 = llvm.getelementptr %469[%487] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %489 = llvm.load %488 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %490 = arith.muli %483, %70 : i64
                %491 = llvm.getelementptr %471[%490] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %492 = llvm.load %491 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %493 = arith.muli %483, %70 : i64
                %494 = llvm.getelementptr %473[%493] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %495 = llvm.load %494 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %496 = vector.fma %486, %489, %477 : vector<16xf32>
                %497 = vector.fma %486, %492, %478 : vector<16xf32>
                %498 = vector.fma %486, %495, %479 : vector<16xf32>
                scf.yield %496, %497, %498 : vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %480#0, %480#1, %480#2 : vector<16xf32>, vector<16xf32>, vector<16xf32>
            } else {
              %504:4 = scf.for %499 = %0 to %52 step %4 iter_args(%500 = %319, %501 = %180, %502 = %180, %503 = %180) -> (i64, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %505 = arith.constant -1 : i64
                %506 = arith.addi %324, %505 : i64
                %507 = arith.minsi %500, %506 : i64
                %508 = arith.maxsi %507, %0 : i64
                %509 = arith.cmpi slt, %500, %324 : i64
                %510 = llvm.getelementptr %26[%508] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %511 = llvm.load %510 {alignment = 2 : i64} : !llvm.ptr -> i16
                %512 = arith.extui %511 : i16 to i64
                %513 = arith.cmpi eq, %512, %499 : i64
                %514 = arith.andi %509, %513 : i1
                %515 = llvm.getelementptr %22[%508] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %516 = llvm.load %515 {alignment = 4 : i64} : !llvm.ptr -> f32
                %517 = vector.broadcast %516 : f32 to vector<16xf32>
                %518 = arith.select %514, %517, %180 : vector<16xf32>
                %519 = arith.extui %514 : i1 to i64
                %520 = arith.addi %500, %519 : i64
                %521 = arith.muli %499, %70 : i64
                %522 = llvm.getelementptr %469[%521] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %523 = llvm.load %522 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %524 = arith.muli %499, %70 : i64
                %525 = llvm.getelementptr %471[%524] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %526 = llvm.load %525 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %527 = arith.muli %499, %70 : i64
                %528 = llvm.getelementptr %473[%527] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %529 = llvm.load %528 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %530 = vector.fma %518, %523, %501 : vector<16xf32>
                %531 = vector.fma %518, %526, %502 : vector<16xf32>
                %532 = vector.fma %518, %529, %503 : vector<16xf32>
                scf.yield %520, %530, %531, %532 : i64, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %504#1, %504#2, %504#3 : vector<16xf32>, vector<16xf32>, vector<16xf32>
            }
            %533 = arith.muli %97, %58 : i64
            %534 = arith.addi %314, %533 : i64
            %535 = arith.muli %534, %8 : i64
            %536 = arith.addi %535, %4 : i64
            %537 = llvm.getelementptr %30[%536] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %538 = llvm.load %537 {alignment = 4 : i64} : !llvm.ptr -> i32
            %539 = arith.extsi %538 : i32 to i64
            %540 = arith.addi %534, %4 : i64
            %541 = arith.muli %540, %8 : i64
            %542 = arith.addi %541, %4 : i64
            %543 = llvm.getelementptr %30[%542] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %544 = llvm.load %543 {alignment = 4 : i64} : !llvm.ptr -> i32
            %545 = arith.extsi %544 : i32 to i64
            %546 = arith.subi %545, %539 : i64
            %547 = arith.muli %539, %76 : i64
            %548 = arith.addi %547, %467 : i64
            %549 = llvm.getelementptr %171[%548] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %475#0, %549 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %550 = arith.addi %467, %59 : i64
            %551 = arith.muli %539, %76 : i64
            %552 = arith.addi %551, %550 : i64
            %553 = llvm.getelementptr %171[%552] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %475#1, %553 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %554 = arith.addi %467, %112 : i64
            %555 = arith.muli %539, %76 : i64
            %556 = arith.addi %555, %554 : i64
            %557 = llvm.getelementptr %171[%556] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %475#2, %557 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
          }
          scf.for %558 = %349 to %354 step %112 : i64 {
            %560 = llvm.getelementptr %169[%558] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %561 = arith.addi %558, %59 : i64
            %562 = llvm.getelementptr %169[%561] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %563 = arith.subi %558, %176 : i64
            %564:2 = scf.if %313 -> (vector<16xf32>, vector<16xf32>) {
              %565 = arith.subi %324, %319 : i64
              %566 = arith.divui %565, %8 : i64
              %567 = arith.muli %566, %8 : i64
              %568 = arith.addi %319, %567 : i64
              %574:4 = scf.for %569 = %319 to %568 step %8 iter_args(%570 = %180, %571 = %180, %572 = %180, %573 = %180) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %575 = llvm.getelementptr %26[%569] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %576 = llvm.load %575 {alignment = 2 : i64} : !llvm.ptr -> i16
                %577 = arith.extui %576 : i16 to i64
                %578 = llvm.getelementptr %22[%569] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %579 = llvm.load %578 {alignment = 4 : i64} : !llvm.ptr -> f32
                %580 = vector.broadcast %579 : f32 to vector<16xf32>
                %581 = arith.muli %577, %70 : i64
                %582 = llvm.getelementptr %560[%581] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %583 = llvm.load %582 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %584 = arith.muli %577, %70 : i64
                %585 = llvm.getelementptr %562[%584] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %586 = llvm.load %585 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %587 = vector.fma %580, %583, %570 : vector<16xf32>
                %588 = vector.fma %580, %586, %571 : vector<16xf32>
                %589 = arith.addi %569, %4 : i64
                %590 = llvm.getelementptr %26[%589] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %591 = llvm.load %590 {alignment = 2 : i64} : !llvm.ptr -> i16
                %592 = arith.extui %591 : i16 to i64
                %593 = llvm.getelementptr %22[%589] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %594 = llvm.load %593 {alignment = 4 : i64} : !llvm.ptr -> f32
                %595 = vector.broadcast %594 : f32 to vector<16xf32>
                %596 = arith.muli %592, %70 : i64
                %597 = llvm.getelementptr %560[%596] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %598 = llvm.load %597 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %599 = arith.muli %592, %70 : i64
                %600 = llvm.getelementptr %562[%599] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %601 = llvm.load %600 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %602 = vector.fma %595, %598, %572 : vector<16xf32>
                %603 = vector.fma %595, %601, %573 : vector<16xf32>
                scf.yield %587, %588, %602, %603 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              %604 = arith.addf %574#0, %574#2 : vector<16xf32>
              %605 = arith.addf %574#1, %574#3 : vector<16xf32>
              %609:2 = scf.for %606 = %568 to %324 step %4 iter_args(%607 = %604, %608 = %605) -> (vector<16xf32>, vector<16xf32>) : i64 {
                %610 = llvm.getelementptr %26[%606] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %611 = llvm.load %610 {alignment = 2 : i64} : !llvm.ptr -> i16
                %612 = arith.extui %611 : i16 to i64
                %613 = llvm.getelementptr %22[%606] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %614 = llvm.load %613 {alignment = 4 : i64} : !llvm.ptr -> f32
                %615 = vector.broadcast %614 : f32 to vector<16xf32>
                %616 = arith.muli %612, %70 : i64
                %617 = llvm.getelementptr %560[%616] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %618 = llvm.load %617 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %619 = arith.muli %612, %70 : i64
                %620 = llvm.getelementptr %562[%619] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %621 = llvm.load %620 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %622 = vector.fma %615, %618, %607 : vector<16xf32>
                %623 = vector.fma %615, %621, %608 : vector<16xf32>
                scf.yield %622, %623 : vector<16xf32>, vector<16xf32>
              }
              scf.yield %609#0, %609#1 : vector<16xf32>, vector<16xf32>
            } else {
              %628:3 = scf.for %624 = %0 to %52 step %4 iter_args(%625 = %319, %626 = %180, %627 = %180) -> (i64, vector<16xf32>, vector<16xf32>) : i64 {
                %629 = arith.constant -1 : i64
                %630 = arith.addi %324, %629 : i64
                %631 = arith.minsi %625, %630 : i64
                %632 = arith.maxsi %631, %0 : i64
                %633 = arith.cmpi slt, %625, %324 : i64
                %634 = llvm.getelementptr %26[%632] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %635 = llvm.load %634 {alignment = 2 : i64} : !llvm.ptr -> i16
                %636 = arith.extui %635 : i16 to i64
                %637 = arith.cmpi eq, %636, %624 : i64
                %638 = arith.andi %633, %637 : i1
                %639 = llvm.getelementptr %22[%632] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %640 = llvm.load %639 {alignment = 4 : i64} : !llvm.ptr -> f32
                %641 = vector.broadcast %640 : f32 to vector<16xf32>
                %642 = arith.select %638, %641, %180 : vector<16xf32>
                %643 = arith.extui %638 : i1 to i64
                %644 = arith.addi %625, %643 : i64
                %645 = arith.muli %624, %70 : i64
                %646 = llvm.getelementptr %560[%645] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %647 = llvm.load %646 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %648 = arith.muli %624, %70 : i64
                %649 = llvm.getelementptr %562[%648] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %650 = llvm.load %649 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %651 = vector.fma %642, %647, %626 : vector<16xf32>
                %652 = vector.fma %642, %650, %627 : vector<16xf32>
                scf.yield %644, %651, %652 : i64, vector<16xf32>, vector<16xf32>
              }
              scf.yield %628#1, %628#2 : vector<16xf32>, vector<16xf32>
            }
            %653 = arith.muli %97, %58 : i64
            %654 = arith.addi %314, %653 : i64
            %655 = arith.muli %654, %8 : i64
            %656 = arith.addi %655, %4 : i64
            %657 = llvm.getelementptr %30[%656] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %658 = llvm.load %657 {alignment = 4 : i64} : !llvm.ptr -> i32
            %659 = arith.extsi %658 : i32 to i64
            %660 = arith.addi %654, %4 : i64
            %661 = arith.muli %660, %8 : i64
            %662 = arith.addi %661, %4 : i64
            %663 = llvm.getelementptr %30[%662] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %664 = llvm.load %663 {alignment = 4 : i64} : !llvm.ptr -> i32
            %665 = arith.extsi %664 : i32 to i64
            %666 = arith.subi %665, %659 : i64
            %667 = arith.muli %659, %76 : i64
            %668 = arith.addi %667, %558 : i64
            %669 = llvm.getelementptr %171[%668] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %564#0, %669 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %670 = arith.addi %558, %59 : i64
            %671 = arith.muli %659, %76 : i64
            %672 = arith.addi %671, %670 : i64
            %673 = llvm.getelementptr %171[%672] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %564#1, %673 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
          }
          scf.for %674 = %354 to %358 step %59 : i64 {
            %676 = llvm.getelementptr %169[%674] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %677 = arith.subi %674, %176 : i64
            %678 = scf.if %313 -> (vector<16xf32>) {
              %679 = arith.subi %324, %319 : i64
              %680 = arith.divui %679, %15 : i64
              %681 = arith.muli %680, %15 : i64
              %682 = arith.addi %319, %681 : i64
              %688:4 = scf.for %683 = %319 to %682 step %15 iter_args(%684 = %180, %685 = %180, %686 = %180, %687 = %180) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %689 = llvm.getelementptr %26[%683] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %690 = llvm.load %689 {alignment = 2 : i64} : !llvm.ptr -> i16
                %691 = arith.extui %690 : i16 to i64
                %692 = llvm.getelementptr %22[%683] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %693 = llvm.load %692 {alignment = 4 : i64} : !llvm.ptr -> f32
                %694 = vector.broadcast %693 : f32 to vector<16xf32>
                %695 = arith.muli %691, %70 : i64
                %696 = llvm.getelementptr %676[%695] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %697 = llvm.load %696 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %698 = vector.fma %694, %697, %684 : vector<16xf32>
                %699 = arith.addi %683, %4 : i64
                %700 = llvm.getelementptr %26[%699] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %701 = llvm.load %700 {alignment = 2 : i64} : !llvm.ptr -> i16
                %702 = arith.extui %701 : i16 to i64
                %703 = llvm.getelementptr %22[%699] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %704 = llvm.load %703 {alignment = 4 : i64} : !llvm.ptr -> f32
                %705 = vector.broadcast %704 : f32 to vector<16xf32>
                %706 = arith.muli %702, %70 : i64
                %707 = llvm.getelementptr %676[%706] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %708 = llvm.load %707 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %709 = vector.fma %705, %708, %685 : vector<16xf32>
                %710 = arith.addi %683, %8 : i64
                %711 = llvm.getelementptr %26[%710] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %712 = llvm.load %711 {alignment = 2 : i64} : !llvm.ptr -> i16
                %713 = arith.extui %712 : i16 to i64
                %714 = llvm.getelementptr %22[%710] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %715 = llvm.load %714 {alignment = 4 : i64} : !llvm.ptr -> f32
                %716 = vector.broadcast %715 : f32 to vector<16xf32>
                %717 = arith.muli %713, %70 : i64
                %718 = llvm.getelementptr %676[%717] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %719 = llvm.load %718 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %720 = vector.fma %716, %719, %686 : vector<16xf32>
                %721 = arith.addi %683, %11 : i64
                %722 = llvm.getelementptr %26[%721] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %723 = llvm.load %722 {alignment = 2 : i64} : !llvm.ptr -> i16
                %724 = arith.extui %723 : i16 to i64
                %725 = llvm.getelementptr %22[%721] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %726 = llvm.load %725 {alignment = 4 : i64} : !llvm.ptr -> f32
                %727 = vector.broadcast %726 : f32 to vector<16xf32>
                %728 = arith.muli %724, %70 : i64
                %729 = llvm.getelementptr %676[%728] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %730 = llvm.load %729 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %731 = vector.fma %727, %730, %687 : vector<16xf32>
                scf.yield %698, %709, %720, %731 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              %732 = arith.addf %688#0, %688#1 : vector<16xf32>
              %733 = arith.addf %732, %688#2 : vector<16xf32>
              %734 = arith.addf %733, %688#3 : vector<16xf32>
              %737 = scf.for %735 = %682 to %324 step %4 iter_args(%736 = %734) -> (vector<16xf32>) : i64 {
                %738 = llvm.getelementptr %26[%735] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %739 = llvm.load %738 {alignment = 2 : i64} : !llvm.ptr -> i16
                %740 = arith.extui %739 : i16 to i64
                %741 = llvm.getelementptr %22[%735] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %742 = llvm.load %741 {alignment = 4 : i64} : !llvm.ptr -> f32
                %743 = vector.broadcast %742 : f32 to vector<16xf32>
                %744 = arith.muli %740, %70 : i64
                %745 = llvm.getelementptr %676[%744] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %746 = llvm.load %745 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %747 = vector.fma %743, %746, %736 : vector<16xf32>
                scf.yield %747 : vector<16xf32>
              }
              scf.yield %737 : vector<16xf32>
            } else {
              %751:2 = scf.for %748 = %0 to %52 step %4 iter_args(%749 = %319, %750 = %180) -> (i64, vector<16xf32>) : i64 {
                %752 = arith.constant -1 : i64
                %753 = arith.addi %324, %752 : i64
                %754 = arith.minsi %749, %753 : i64
                %755 = arith.maxsi %754, %0 : i64
                %756 = arith.cmpi slt, %749, %324 : i64
                %757 = llvm.getelementptr %26[%755] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %758 = llvm.load %757 {alignment = 2 : i64} : !llvm.ptr -> i16
                %759 = arith.extui %758 : i16 to i64
                %760 = arith.cmpi eq, %759, %748 : i64
                %761 = arith.andi %756, %760 : i1
                %762 = llvm.getelementptr %22[%755] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %763 = llvm.load %762 {alignment = 4 : i64} : !llvm.ptr -> f32
                %764 = vector.broadcast %763 : f32 to vector<16xf32>
                %765 = arith.select %761, %764, %180 : vector<16xf32>
                %766 = arith.extui %761 : i1 to i64
                %767 = arith.addi %749, %766 : i64
                %768 = arith.muli %748, %70 : i64
                %769 = llvm.getelementptr %676[%768] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %770 = llvm.load %769 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %771 = vector.fma %765, %770, %750 : vector<16xf32>
                scf.yield %767, %771 : i64, vector<16xf32>
              }
              scf.yield %751#1 : vector<16xf32>
            }
            %772 = arith.muli %97, %58 : i64
            %773 = arith.addi %314, %772 : i64
            %774 = arith.muli %773, %8 : i64
            %775 = arith.addi %774, %4 : i64
            %776 = llvm.getelementptr %30[%775] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %777 = llvm.load %776 {alignment = 4 : i64} : !llvm.ptr -> i32
            %778 = arith.extsi %777 : i32 to i64
            %779 = arith.addi %773, %4 : i64
            %780 = arith.muli %779, %8 : i64
            %781 = arith.addi %780, %4 : i64
            %782 = llvm.getelementptr %30[%781] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %783 = llvm.load %782 {alignment = 4 : i64} : !llvm.ptr -> i32
            %784 = arith.extsi %783 : i32 to i64
            %785 = arith.subi %784, %778 : i64
            %786 = arith.muli %778, %76 : i64
            %787 = arith.addi %786, %674 : i64
            %788 = llvm.getelementptr %171[%787] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %678, %788 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
          }
          scf.for %789 = %358 to %179 step %59 : i64 {
            %791 = arith.subi %179, %789 : i64
            %792 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi64>
            %793 = vector.broadcast %791 : i64 to vector<16xi64>
            %794 = arith.cmpi slt, %792, %793 : vector<16xi64>
            %795 = llvm.getelementptr %169[%789] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %796 = arith.subi %789, %176 : i64
            %797 = scf.if %313 -> (vector<16xf32>) {
              %798 = arith.subi %324, %319 : i64
              %799 = arith.divui %798, %15 : i64
              %800 = arith.muli %799, %15 : i64
              %801 = arith.addi %319, %800 : i64
              %807:4 = scf.for %802 = %319 to %801 step %15 iter_args(%803 = %180, %804 = %180, %805 = %180, %806 = %180) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %808 = llvm.getelementptr %26[%802] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %809 = llvm.load %808 {alignment = 2 : i64} : !llvm.ptr -> i16
                %810 = arith.extui %809 : i16 to i64
                %811 = llvm.getelementptr %22[%802] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %812 = llvm.load %811 {alignment = 4 : i64} : !llvm.ptr -> f32
                %813 = vector.broadcast %812 : f32 to vector<16xf32>
                %814 = arith.muli %810, %70 : i64
                %815 = llvm.getelementptr %795[%814] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %816 = llvm.intr.masked.load %815, %794, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %817 = vector.fma %813, %816, %803 : vector<16xf32>
                %818 = arith.addi %802, %4 : i64
                %819 = llvm.getelementptr %26[%818] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %820 = llvm.load %819 {alignment = 2 : i64} : !llvm.ptr -> i16
                %821 = arith.extui %820 : i16 to i64
                %822 = llvm.getelementptr %22[%818] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %823 = llvm.load %822 {alignment = 4 : i64} : !llvm.ptr -> f32
                %824 = vector.broadcast %823 : f32 to vector<16xf32>
                %825 = arith.muli %821, %70 : i64
                %826 = llvm.getelementptr %795[%825] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %827 = llvm.intr.masked.load %826, %794, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %828 = vector.fma %824, %827, %804 : vector<16xf32>
                %829 = arith.addi %802, %8 : i64
                %830 = llvm.getelementptr %26[%829] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %831 = llvm.load %830 {alignment = 2 : i64} : !llvm.ptr -> i16
                %832 = arith.extui %831 : i16 to i64
                %833 = llvm.getelementptr %22[%829] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %834 = llvm.load %833 {alignment = 4 : i64} : !llvm.ptr -> f32
                %835 = vector.broadcast %834 : f32 to vector<16xf32>
                %836 = arith.muli %832, %70 : i64
                %837 = llvm.getelementptr %795[%836] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %838 = llvm.intr.masked.load %837, %794, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %839 = vector.fma %835, %838, %805 : vector<16xf32>
                %840 = arith.addi %802, %11 : i64
                %841 = llvm.getelementptr %26[%840] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %842 = llvm.load %841 {alignment = 2 : i64} : !llvm.ptr -> i16
                %843 = arith.extui %842 : i16 to i64
                %844 = llvm.getelementptr %22[%840] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %845 = llvm.load %844 {alignment = 4 : i64} : !llvm.ptr -> f32
                %846 = vector.broadcast %845 : f32 to vector<16xf32>
                %847 = arith.muli %843, %70 : i64
                %848 = llvm.getelementptr %795[%847] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %849 = llvm.intr.masked.load %848, %794, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %850 = vector.fma %846, %849, %806 : vector<16xf32>
                scf.yield %817, %828, %839, %850 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              %851 = arith.addf %807#0, %807#1 : vector<16xf32>
              %852 = arith.addf %851, %807#2 : vector<16xf32>
              %853 = arith.addf %852, %807#3 : vector<16xf32>
              %856 = scf.for %854 = %801 to %324 step %4 iter_args(%855 = %853) -> (vector<16xf32>) : i64 {
                %857 = llvm.getelementptr %26[%854] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %858 = llvm.load %857 {alignment = 2 : i64} : !llvm.ptr -> i16
                %859 = arith.extui %858 : i16 to i64
                %860 = llvm.getelementptr %22[%854] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %861 = llvm.load %860 {alignment = 4 : i64} : !llvm.ptr -> f32
                %862 = vector.broadcast %861 : f32 to vector<16xf32>
                %863 = arith.muli %859, %70 : i64
                %864 = llvm.getelementptr %795[%863] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %865 = llvm.intr.masked.load %864, %794, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %866 = vector.fma %862, %865, %855 : vector<16xf32>
                scf.yield %866 : vector<16xf32>
              }
              scf.yield %856 : vector<16xf32>
            } else {
              %870:2 = scf.for %867 = %0 to %52 step %4 iter_args(%868 = %319, %869 = %180) -> (i64, vector<16xf32>) : i64 {
                %871 = arith.constant -1 : i64
                %872 = arith.addi %324, %871 : i64
                %873 = arith.minsi %868, %872 : i64
                %874 = arith.maxsi %873, %0 : i64
                %875 = arith.cmpi slt, %868, %324 : i64
                %876 = llvm.getelementptr %26[%874] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %877 = llvm.load %876 {alignment = 2 : i64} : !llvm.ptr -> i16
                %878 = arith.extui %877 : i16 to i64
                %879 = arith.cmpi eq, %878, %867 : i64
                %880 = arith.andi %875, %879 : i1
                %881 = llvm.getelementptr %22[%874] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %882 = llvm.load %881 {alignment = 4 : i64} : !llvm.ptr -> f32
                %883 = vector.broadcast %882 : f32 to vector<16xf32>
                %884 = arith.select %880, %883, %180 : vector<16xf32>
                %885 = arith.extui %880 : i1 to i64
                %886 = arith.addi %868, %885 : i64
                %887 = arith.muli %867, %70 : i64
                %888 = llvm.getelementptr %795[%887] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %889 = llvm.intr.masked.load %888, %794, %180 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %890 = vector.fma %884, %889, %869 : vector<16xf32>
                scf.yield %886, %890 : i64, vector<16xf32>
              }
              scf.yield %870#1 : vector<16xf32>
            }
            %891 = arith.muli %97, %58 : i64
            %892 = arith.addi %314, %891 : i64
            %893 = arith.muli %892, %8 : i64
            %894 = arith.addi %893, %4 : i64
            %895 = llvm.getelementptr %30[%894] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %896 = llvm.load %895 {alignment = 4 : i64} : !llvm.ptr -> i32
            %897 = arith.extsi %896 : i32 to i64
            %898 = arith.addi %892, %4 : i64
            %899 = arith.muli %898, %8 : i64
            %900 = arith.addi %899, %4 : i64
            %901 = llvm.getelementptr %30[%900] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %902 = llvm.load %901 {alignment = 4 : i64} : !llvm.ptr -> i32
            %903 = arith.extsi %902 : i32 to i64
            %904 = arith.subi %903, %897 : i64
            %905 = arith.muli %897, %76 : i64
            %906 = arith.addi %905, %789 : i64
            %907 = llvm.getelementptr %171[%906] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.intr.masked.store %797, %907, %794 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
          }
        }
      }
    }
    llvm.return
  }
  llvm.func @vblock_1x1_f32_i16_features_features_team(%arg0: !llvm.ptr) {
    %908 = arith.constant 0 : i64
    %909 = llvm.getelementptr %arg0[%908] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %910 = llvm.load %909 {alignment = 8 : i64} : !llvm.ptr -> i64
    %911 = llvm.inttoptr %910 : i64 to !llvm.ptr
    %912 = arith.constant 1 : i64
    %913 = llvm.getelementptr %arg0[%912] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %914 = llvm.load %913 {alignment = 8 : i64} : !llvm.ptr -> i64
    %915 = llvm.inttoptr %914 : i64 to !llvm.ptr
    %916 = arith.constant 2 : i64
    %917 = llvm.getelementptr %arg0[%916] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %918 = llvm.load %917 {alignment = 8 : i64} : !llvm.ptr -> i64
    %919 = llvm.call %911() : !llvm.ptr, () -> i32
    %920 = arith.extsi %919 : i32 to i64
    %921 = llvm.call %915() : !llvm.ptr, () -> i32
    %922 = arith.extsi %921 : i32 to i64
    scf.for %923 = %920 to %918 step %922 : i64 {
      llvm.call @vblock_1x1_f32_i16_features_features(%arg0, %923) : (!llvm.ptr, i64) -> ()
    }
    llvm.return
  }
  llvm.func @vblock_1x1_f32_i16_features_features_entries(%arg0: !llvm.ptr) {
    %925 = llvm.mlir.addressof @vblock_1x1_f32_i16_features_features : !llvm.ptr
    %926 = arith.constant 0 : i64
    %927 = llvm.getelementptr %arg0[%926] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %925, %927 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %928 = llvm.mlir.addressof @vblock_1x1_f32_i16_features_features_team : !llvm.ptr
    %929 = arith.constant 1 : i64
    %930 = llvm.getelementptr %arg0[%929] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %928, %930 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
}
