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
    %101 = arith.constant 30 : i64
    %102 = llvm.getelementptr %arg0[%101] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %103 = llvm.load %102 {alignment = 8 : i64} : !llvm.ptr -> i64
    %104 = arith.remui %arg1, %64 : i64
    %105 = arith.divui %arg1, %64 : i64
    %106 = arith.divui %10, %64 : i64
    %107 = arith.muli %58, %8 : i64
    %108 = llvm.getelementptr %30[%107] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    %109 = llvm.load %108 {alignment = 4 : i64} : !llvm.ptr -> i32
    %110 = arith.extsi %109 : i32 to i64
    %111 = arith.muli %58, %15 : i64
    %112 = arith.addi %110, %111 : i64
    %113 = arith.muli %112, %104 : i64
    %114 = arith.divui %113, %64 : i64
    %115 = arith.constant 32 : i64
    %119:2 = scf.for %116 = %0 to %115 step %4 iter_args(%117 = %0, %118 = %58) -> (i64, i64) : i64 {
      %120 = arith.addi %117, %118 : i64
      %121 = arith.divui %120, %8 : i64
      %122 = arith.muli %121, %8 : i64
      %123 = llvm.getelementptr %30[%122] : (!llvm.ptr, i64) -> !llvm.ptr, i32
      %124 = llvm.load %123 {alignment = 4 : i64} : !llvm.ptr -> i32
      %125 = arith.extsi %124 : i32 to i64
      %126 = arith.muli %121, %15 : i64
      %127 = arith.addi %125, %126 : i64
      %128 = arith.cmpi slt, %127, %114 : i64
      %129 = arith.addi %121, %4 : i64
      %130 = arith.select %128, %129, %117 : i64
      %131 = arith.select %128, %118, %121 : i64
      scf.yield %130, %131 : i64, i64
    }
    %132 = arith.addi %104, %4 : i64
    %133 = arith.muli %58, %8 : i64
    %134 = llvm.getelementptr %30[%133] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    %135 = llvm.load %134 {alignment = 4 : i64} : !llvm.ptr -> i32
    %136 = arith.extsi %135 : i32 to i64
    %137 = arith.muli %58, %15 : i64
    %138 = arith.addi %136, %137 : i64
    %139 = arith.muli %138, %132 : i64
    %140 = arith.divui %139, %64 : i64
    %144:2 = scf.for %141 = %0 to %115 step %4 iter_args(%142 = %0, %143 = %58) -> (i64, i64) : i64 {
      %145 = arith.addi %142, %143 : i64
      %146 = arith.divui %145, %8 : i64
      %147 = arith.muli %146, %8 : i64
      %148 = llvm.getelementptr %30[%147] : (!llvm.ptr, i64) -> !llvm.ptr, i32
      %149 = llvm.load %148 {alignment = 4 : i64} : !llvm.ptr -> i32
      %150 = arith.extsi %149 : i32 to i64
      %151 = arith.muli %146, %15 : i64
      %152 = arith.addi %150, %151 : i64
      %153 = arith.cmpi slt, %152, %140 : i64
      %154 = arith.addi %146, %4 : i64
      %155 = arith.select %153, %154, %142 : i64
      %156 = arith.select %153, %143, %146 : i64
      scf.yield %155, %156 : i64, i64
    }
    %157 = arith.constant 64 : i64
    %158 = arith.ceildivsi %49, %157 : i64
    %159 = arith.muli %158, %105 : i64
    %160 = arith.divui %159, %106 : i64
    %161 = arith.muli %160, %157 : i64
    %162 = arith.minsi %161, %49 : i64
    %163 = arith.addi %105, %4 : i64
    %164 = arith.ceildivsi %49, %157 : i64
    %165 = arith.muli %164, %163 : i64
    %166 = arith.divui %165, %106 : i64
    %167 = arith.muli %166, %157 : i64
    %168 = arith.minsi %167, %49 : i64
    scf.for %169 = %0 to %61 step %4 : i64 {
      %171 = arith.muli %169, %76 : i64
      %172 = llvm.getelementptr %14[%171] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %173 = arith.muli %169, %82 : i64
      %174 = llvm.getelementptr %18[%173] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %175 = arith.muli %169, %88 : i64
      %176 = llvm.getelementptr %38[%175] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %177 = arith.muli %arg1, %91 : i64
      %178 = llvm.getelementptr %42[%177] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      scf.for %179 = %162 to %168 step %67 : i64 {
        %181 = arith.addi %179, %67 : i64
        %182 = arith.minsi %181, %168 : i64
        %183 = arith.constant dense<0.000000000e+00> : vector<16xf32>
        %184 = arith.subi %182, %179 : i64
        %185 = arith.divui %184, %59 : i64
        %186 = arith.divui %185, %15 : i64
        %187 = arith.muli %186, %15 : i64
        %188 = arith.muli %187, %59 : i64
        %189 = arith.addi %179, %188 : i64
        %190 = arith.subi %185, %187 : i64
        %191 = arith.divui %190, %11 : i64
        %192 = arith.muli %191, %11 : i64
        %193 = arith.muli %192, %59 : i64
        %194 = arith.addi %189, %193 : i64
        %195 = arith.subi %190, %192 : i64
        %196 = arith.divui %195, %8 : i64
        %197 = arith.muli %196, %8 : i64
        %198 = arith.muli %197, %59 : i64
        %199 = arith.addi %194, %198 : i64
        %200 = arith.subi %195, %197 : i64
        %201 = arith.divui %200, %4 : i64
        %202 = arith.muli %201, %59 : i64
        %203 = arith.addi %199, %202 : i64
        %204 = arith.subi %200, %201 : i64
        %207 = scf.for %205 = %179 to %189 step %157 iter_args(%206 = %183) -> (vector<16xf32>) : i64 {
          %208 = arith.divui %205, %59 : i64
          %209 = arith.muli %208, %73 : i64
          %210 = llvm.getelementptr %172[%209] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %211 = arith.addi %208, %4 : i64
          %212 = arith.muli %211, %73 : i64
          %213 = llvm.getelementptr %172[%212] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %214 = arith.addi %208, %8 : i64
          %215 = arith.muli %214, %73 : i64
          %216 = llvm.getelementptr %172[%215] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %217 = arith.addi %208, %11 : i64
          %218 = arith.muli %217, %73 : i64
          %219 = llvm.getelementptr %172[%218] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %225:4 = scf.for %220 = %0 to %52 step %4 iter_args(%221 = %206, %222 = %183, %223 = %183, %224 = %183) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
            %226 = arith.muli %220, %70 : i64
            %227 = llvm.getelementptr %210[%226] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %228 = llvm.load %227 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %229 = arith.muli %220, %70 : i64
            %230 = llvm.getelementptr %213[%229] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %231 = llvm.load %230 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %232 = arith.muli %220, %70 : i64
            %233 = llvm.getelementptr %216[%232] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %234 = llvm.load %233 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %235 = arith.muli %220, %70 : i64
            %236 = llvm.getelementptr %219[%235] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %237 = llvm.load %236 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %238 = llvm.intr.fmuladd(%228, %183, %221) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
            %239 = llvm.intr.fmuladd(%231, %183, %222) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
            %240 = llvm.intr.fmuladd(%234, %183, %223) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
            %241 = llvm.intr.fmuladd(%237, %183, %224) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
            scf.yield %238, %239, %240, %241 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
          }
          %242 = arith.addf %225#0, %225#1 : vector<16xf32>
          %243 = arith.addf %242, %225#2 : vector<16xf32>
          %244 = arith.addf %243, %225#3 : vector<16xf32>
          scf.yield %244 : vector<16xf32>
        }
        %245 = arith.constant 48 : i64
        %248 = scf.for %246 = %189 to %194 step %245 iter_args(%247 = %207) -> (vector<16xf32>) : i64 {
          %249 = arith.divui %246, %59 : i64
          %250 = arith.muli %249, %73 : i64
          %251 = llvm.getelementptr %172[%250] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %252 = arith.addi %249, %4 : i64
          %253 = arith.muli %252, %73 : i64
          %254 = llvm.getelementptr %172[%253] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %255 = arith.addi %249, %8 : i64
          %256 = arith.muli %255, %73 : i64
          %257 = llvm.getelementptr %172[%256] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %262:3 = scf.for %258 = %0 to %52 step %4 iter_args(%259 = %247, %260 = %183, %261 = %183) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
            %263 = arith.muli %258, %70 : i64
            %264 = llvm.getelementptr %251[%263] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %265 = llvm.load %264 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %266 = arith.muli %258, %70 : i64
            %267 = llvm.getelementptr %254[%266] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %268 = llvm.load %267 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %269 = arith.muli %258, %70 : i64
            %270 = llvm.getelementptr %257[%269] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %271 = llvm.load %270 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %272 = llvm.intr.fmuladd(%265, %183, %259) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
            %273 = llvm.intr.fmuladd(%268, %183, %260) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
            %274 = llvm.intr.fmuladd(%271, %183, %261) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
            scf.yield %272, %273, %274 : vector<16xf32>, vector<16xf32>, vector<16xf32>
          }
          %275 = arith.addf %262#0, %262#1 : vector<16xf32>
          %276 = arith.addf %275, %262#2 : vector<16xf32>
          scf.yield %276 : vector<16xf32>
        }
        %279 = scf.for %277 = %194 to %199 step %115 iter_args(%278 = %248) -> (vector<16xf32>) : i64 {
          %280 = arith.divui %277, %59 : i64
          %281 = arith.muli %280, %73 : i64
          %282 = llvm.getelementptr %172[%281] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %283 = arith.addi %280, %4 : i64
          %284 = arith.muli %283, %73 : i64
          %285 = llvm.getelementptr %172[%284] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %289:2 = scf.for %286 = %0 to %52 step %4 iter_args(%287 = %278, %288 = %183) -> (vector<16xf32>, vector<16xf32>) : i64 {
            %290 = arith.muli %286, %70 : i64
            %291 = llvm.getelementptr %282[%290] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %292 = llvm.load %291 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %293 = arith.muli %286, %70 : i64
            %294 = llvm.getelementptr %285[%293] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %295 = llvm.load %294 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %296 = llvm.intr.fmuladd(%292, %183, %287) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
            %297 = llvm.intr.fmuladd(%295, %183, %288) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
            scf.yield %296, %297 : vector<16xf32>, vector<16xf32>
          }
          %298 = arith.addf %289#0, %289#1 : vector<16xf32>
          scf.yield %298 : vector<16xf32>
        }
        %301 = scf.for %299 = %199 to %203 step %59 iter_args(%300 = %279) -> (vector<16xf32>) : i64 {
          %302 = arith.divui %299, %59 : i64
          %303 = arith.muli %302, %73 : i64
          %304 = llvm.getelementptr %172[%303] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %307 = scf.for %305 = %0 to %52 step %4 iter_args(%306 = %300) -> (vector<16xf32>) : i64 {
            %308 = arith.muli %305, %70 : i64
            %309 = llvm.getelementptr %304[%308] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %310 = llvm.load %309 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
            %311 = llvm.intr.fmuladd(%310, %183, %306) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
            scf.yield %311 : vector<16xf32>
          }
          scf.yield %307 : vector<16xf32>
        }
        %314 = scf.for %312 = %203 to %182 step %59 iter_args(%313 = %301) -> (vector<16xf32>) : i64 {
          %315 = arith.subi %182, %312 : i64
          %316 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi64>
          %317 = vector.broadcast %315 : i64 to vector<16xi64>
          %318 = arith.cmpi slt, %316, %317 : vector<16xi64>
          %319 = arith.divui %312, %59 : i64
          %320 = arith.muli %319, %73 : i64
          %321 = llvm.getelementptr %172[%320] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %324 = scf.for %322 = %0 to %52 step %4 iter_args(%323 = %313) -> (vector<16xf32>) : i64 {
            %325 = arith.muli %322, %70 : i64
            %326 = llvm.getelementptr %321[%325] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %327 = llvm.intr.masked.load %326, %318, %183 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
            %328 = llvm.intr.fmuladd(%327, %183, %323) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
            scf.yield %328 : vector<16xf32>
          }
          scf.yield %324 : vector<16xf32>
        }
        %329 = vector.reduction <add>, %314 : vector<16xf32> into f32
        %330 = arith.constant 0.000000000e+00 : f32
        %331 = arith.cmpf ord, %329, %330 : f32
        scf.for %332 = %119#0 to %144#0 step %4 : i64 {
          %334 = arith.muli %332, %8 : i64
          %335 = llvm.getelementptr %30[%334] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %336 = llvm.load %335 {alignment = 4 : i64} : !llvm.ptr -> i32
          %337 = arith.extsi %336 : i32 to i64
          %338 = arith.addi %332, %4 : i64
          %339 = arith.muli %338, %8 : i64
          %340 = llvm.getelementptr %30[%339] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %341 = llvm.load %340 {alignment = 4 : i64} : !llvm.ptr -> i32
          %342 = arith.extsi %341 : i32 to i64
          %343 = arith.muli %100, %58 : i64
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
          %357 = arith.subi %182, %179 : i64
          %358 = arith.divui %357, %59 : i64
          %359 = arith.divui %358, %15 : i64
          %360 = arith.muli %359, %15 : i64
          %361 = arith.muli %360, %59 : i64
          %362 = arith.addi %179, %361 : i64
          %363 = arith.subi %358, %360 : i64
          %364 = arith.divui %363, %11 : i64
          %365 = arith.muli %364, %11 : i64
          %366 = arith.muli %365, %59 : i64
          %367 = arith.addi %362, %366 : i64
          %368 = arith.subi %363, %365 : i64
          %369 = arith.divui %368, %8 : i64
          %370 = arith.muli %369, %8 : i64
          %371 = arith.muli %370, %59 : i64
          %372 = arith.addi %367, %371 : i64
          %373 = arith.subi %368, %370 : i64
          %374 = arith.divui %373, %4 : i64
          %375 = arith.muli %374, %59 : i64
          %376 = arith.addi %372, %375 : i64
          %377 = arith.subi %373, %374 : i64
          scf.for %378 = %179 to %362 step %157 : i64 {
            %380 = arith.divui %378, %59 : i64
            %381 = arith.muli %380, %73 : i64
            %382 = llvm.getelementptr %172[%381] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %383 = arith.addi %380, %4 : i64
            %384 = arith.muli %383, %73 : i64
            %385 = llvm.getelementptr %172[%384] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %386 = arith.addi %380, %8 : i64
            %387 = arith.muli %386, %73 : i64
            %388 = llvm.getelementptr %172[%387] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %389 = arith.addi %380, %11 : i64
            %390 = arith.muli %389, %73 : i64
            %391 = llvm.getelementptr %172[%390] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %392 = arith.subi %378, %179 : i64
            %393:4 = scf.if %331 -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) {
              %399:4 = scf.for %394 = %337 to %342 step %4 iter_args(%395 = %183, %396 = %183, %397 = %183, %398 = %183) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %400 = llvm.getelementptr %26[%394] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %401 = llvm.load %400 {alignment = 2 : i64} : !llvm.ptr -> i16
                %402 = arith.extui %401 : i16 to i64
                %403 = llvm.getelementptr %22[%394] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %404 = llvm.load %403 {alignment = 4 : i64} : !llvm.ptr -> f32
                %405 = vector.broadcast %404 : f32 to vector<16xf32>
                %406 = arith.muli %402, %70 : i64
                %407 = llvm.getelementptr %382[%406] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %408 = llvm.load %407 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %409 = arith.muli %402, %70 : i64
                %410 = llvm.getelementptr %385[%409] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %411 = llvm.load %410 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %412 = arith.muli %402, %70 : i64
                %413 = llvm.getelementptr %388[%412] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %414 = llvm.load %413 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %415 = arith.muli %402, %70 : i64
                %416 = llvm.getelementptr %391[%415] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %417 = llvm.load %416 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %418 = llvm.intr.fmuladd(%405, %408, %395) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %419 = llvm.intr.fmuladd(%405, %411, %396) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %420 = llvm.intr.fmuladd(%405, %414, %397) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %421 = llvm.intr.fmuladd(%405, %417, %398) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                scf.yield %418, %419, %420, %421 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %399#0, %399#1, %399#2, %399#3 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            } else {
              %428:5 = scf.for %422 = %0 to %52 step %4 iter_args(%423 = %337, %424 = %183, %425 = %183, %426 = %183, %427 = %183) -> (i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %429 = arith.constant -1 : i64
                %430 = arith.addi %342, %429 : i64
                %431 = arith.minsi %423, %430 : i64
                %432 = arith.maxsi %431, %0 : i64
                %433 = arith.cmpi slt, %423, %342 : i64
                %434 = llvm.getelementptr %26[%432] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %435 = llvm.load %434 {alignment = 2 : i64} : !llvm.ptr -> i16
                %436 = arith.extui %435 : i16 to i64
                %437 = arith.cmpi eq, %436, %422 : i64
                %438 = arith.andi %433, %437 : i1
                %439 = llvm.getelementptr %22[%432] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %440 = llvm.load %439 {alignment = 4 : i64} : !llvm.ptr -> f32
                %441 = vector.broadcast %440 : f32 to vector<16xf32>
                %442 = arith.select %438, %441, %183 : vector<16xf32>
                %443 = arith.extui %438 : i1 to i64
                %444 = arith.addi %423, %443 : i64
                %445 = arith.muli %422, %70 : i64
                %446 = llvm.getelementptr %382[%445] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %447 = llvm.load %446 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %448 = arith.muli %422, %70 : i64
                %449 = llvm.getelementptr %385[%448] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %450 = llvm.load %449 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %451 = arith.muli %422, %70 : i64
                %452 = llvm.getelementptr %388[%451] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %453 = llvm.load %452 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %454 = arith.muli %422, %70 : i64
                %455 = llvm.getelementptr %391[%454] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %456 = llvm.load %455 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %457 = llvm.intr.fmuladd(%442, %447, %424) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %458 = llvm.intr.fmuladd(%442, %450, %425) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %459 = llvm.intr.fmuladd(%442, %453, %426) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %460 = llvm.intr.fmuladd(%442, %456, %427) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                scf.yield %444, %457, %458, %459, %460 : i64, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %428#1, %428#2, %428#3, %428#4 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
            }
            %461 = arith.muli %100, %58 : i64
            %462 = arith.addi %332, %461 : i64
            %463 = arith.muli %462, %8 : i64
            %464 = arith.addi %463, %4 : i64
            %465 = llvm.getelementptr %30[%464] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %466 = llvm.load %465 {alignment = 4 : i64} : !llvm.ptr -> i32
            %467 = arith.extsi %466 : i32 to i64
            %468 = arith.addi %462, %4 : i64
            %469 = arith.muli %468, %8 : i64
            %470 = arith.addi %469, %4 : i64
            %471 = llvm.getelementptr %30[%470] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %472 = llvm.load %471 {alignment = 4 : i64} : !llvm.ptr -> i32
            %473 = arith.extsi %472 : i32 to i64
            %474 = arith.subi %473, %467 : i64
            %475 = arith.muli %467, %79 : i64
            %476 = arith.addi %475, %378 : i64
            %477 = llvm.getelementptr %174[%476] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %393#0, %477 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %478 = arith.addi %378, %59 : i64
            %479 = arith.muli %467, %79 : i64
            %480 = arith.addi %479, %478 : i64
            %481 = llvm.getelementptr %174[%480] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %393#1, %481 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %482 = arith.addi %378, %115 : i64
            %483 = arith.muli %467, %79 : i64
            %484 = arith.addi %483, %482 : i64
            %485 = llvm.getelementptr %174[%484] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %393#2, %485 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %486 = arith.addi %378, %245 : i64
            %487 = arith.muli %467, %79 : i64
            %488 = arith.addi %487, %486 : i64
            %489 = llvm.getelementptr %174[%488] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %393#3, %489 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
          }
          scf.for %490 = %362 to %367 step %245 : i64 {
            %492 = arith.divui %490, %59 : i64
            %493 = arith.muli %492, %73 : i64
            %494 = llvm.getelementptr %172[%493] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %495 = arith.addi %492, %4 : i64
            %496 = arith.muli %495, %73 : i64
            %497 = llvm.getelementptr %172[%496] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %498 = arith.addi %492, %8 : i64
            %499 = arith.muli %498, %73 : i64
            %500 = llvm.getelementptr %172[%499] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %501 = arith.subi %490, %179 : i64
            %502:3 = scf.if %331 -> (vector<16xf32>, vector<16xf32>, vector<16xf32>) {
              %507:3 = scf.for %503 = %337 to %342 step %4 iter_args(%504 = %183, %505 = %183, %506 = %183) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %508 = llvm.getelementptr %26[%503] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %509 = llvm.load %508 {alignment = 2 : i64} : !llvm.ptr -> i16
                %510 = arith.extui %509 : i16 to i64
                %511 = llvm.getelementptr %22[%503] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %512 = llvm.load %511 {alignment = 4 : i64} : !llvm.ptr -> f32
                %513 = vector.broadcast %512 : f32 to vector<16xf32>
                %514 = arith.muli %510, %70 : i64
                %515 = llvm.getelementptr %494[%514] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %516 = llvm.load %515 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %517 = arith.muli %510, %70 : i64
                %518 = llvm.getelementptr %497[%517] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %519 = llvm.load %518 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %520 = arith.muli %510, %70 : i64
                %521 = llvm.getelementptr %500[%520] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %522 = llvm.load %521 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %523 = llvm.intr.fmuladd(%513, %516, %504) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %524 = llvm.intr.fmuladd(%513, %519, %505) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %525 = llvm.intr.fmuladd(%513, %522, %506) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                scf.yield %523, %524, %525 : vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %507#0, %507#1, %507#2 : vector<16xf32>, vector<16xf32>, vector<16xf32>
            } else {
              %531:4 = scf.for %526 = %0 to %52 step %4 iter_args(%527 = %337, %528 = %183, %529 = %183, %530 = %183) -> (i64, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %532 = arith.constant -1 : i64
                %533 = arith.addi %342, %532 : i64
                %534 = arith.minsi %527, %533 : i64
                %535 = arith.maxsi %534, %0 : i64
                %536 = arith.cmpi slt, %527, %342 : i64
                %537 = llvm.getelementptr %26[%535] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %538 = llvm.load %537 {alignment = 2 : i64} : !llvm.ptr -> i16
                %539 = arith.extui %538 : i16 to i64
                %540 = arith.cmpi eq, %539, %526 : i64
                %541 = arith.andi %536, %540 : i1
                %542 = llvm.getelementptr %22[%535] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %543 = llvm.load %542 {alignment = 4 : i64} : !llvm.ptr -> f32
                %544 = vector.broadcast %543 : f32 to vector<16xf32>
                %545 = arith.select %541, %544, %183 : vector<16xf32>
                %546 = arith.extui %541 : i1 to i64
                %547 = arith.addi %527, %546 : i64
                %548 = arith.muli %526, %70 : i64
                %549 = llvm.getelementptr %494[%548] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %550 = llvm.load %549 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %551 = arith.muli %526, %70 : i64
                %552 = llvm.getelementptr %497[%551] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %553 = llvm.load %552 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %554 = arith.muli %526, %70 : i64
                %555 = llvm.getelementptr %500[%554] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %556 = llvm.load %555 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %557 = llvm.intr.fmuladd(%545, %550, %528) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %558 = llvm.intr.fmuladd(%545, %553, %529) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %559 = llvm.intr.fmuladd(%545, %556, %530) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                scf.yield %547, %557, %558, %559 : i64, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              scf.yield %531#1, %531#2, %531#3 : vector<16xf32>, vector<16xf32>, vector<16xf32>
            }
            %560 = arith.muli %100, %58 : i64
            %561 = arith.addi %332, %560 : i64
            %562 = arith.muli %561, %8 : i64
            %563 = arith.addi %562, %4 : i64
            %564 = llvm.getelementptr %30[%563] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %565 = llvm.load %564 {alignment = 4 : i64} : !llvm.ptr -> i32
            %566 = arith.extsi %565 : i32 to i64
            %567 = arith.addi %561, %4 : i64
            %568 = arith.muli %567, %8 : i64
            %569 = arith.addi %568, %4 : i64
            %570 = llvm.getelementptr %30[%569] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %571 = llvm.load %570 {alignment = 4 : i64} : !llvm.ptr -> i32
            %572 = arith.extsi %571 : i32 to i64
            %573 = arith.subi %572, %566 : i64
            %574 = arith.muli %566, %79 : i64
            %575 = arith.addi %574, %490 : i64
            %576 = llvm.getelementptr %174[%575] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %502#0, %576 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %577 = arith.addi %490, %59 : i64
            %578 = arith.muli %566, %79 : i64
            %579 = arith.addi %578, %577 : i64
            %580 = llvm.getelementptr %174[%579] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %502#1, %580 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %581 = arith.addi %490, %115 : i64
            %582 = arith.muli %566, %79 : i64
            %583 = arith.addi %582, %581 : i64
            %584 = llvm.getelementptr %174[%583] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %502#2, %584 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
          }
          scf.for %585 = %367 to %372 step %115 : i64 {
            %587 = arith.divui %585, %59 : i64
            %588 = arith.muli %587, %73 : i64
            %589 = llvm.getelementptr %172[%588] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %590 = arith.addi %587, %4 : i64
            %591 = arith.muli %590, %73 : i64
            %592 = llvm.getelementptr %172[%591] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %593 = arith.subi %585, %179 : i64
            %594:2 = scf.if %331 -> (vector<16xf32>, vector<16xf32>) {
              %595 = arith.subi %342, %337 : i64
              %596 = arith.divui %595, %8 : i64
              %597 = arith.muli %596, %8 : i64
              %598 = arith.addi %337, %597 : i64
              %604:4 = scf.for %599 = %337 to %598 step %8 iter_args(%600 = %183, %601 = %183, %602 = %183, %603 = %183) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %605 = llvm.getelementptr %26[%599] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %606 = llvm.load %605 {alignment = 2 : i64} : !llvm.ptr -> i16
                %607 = arith.extui %606 : i16 to i64
                %608 = llvm.getelementptr %22[%599] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %609 = llvm.load %608 {alignment = 4 : i64} : !llvm.ptr -> f32
                %610 = vector.broadcast %609 : f32 to vector<16xf32>
                %611 = arith.muli %607, %70 : i64
                %612 = llvm.getelementptr %589[%611] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %613 = llvm.load %612 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %614 = arith.muli %607, %70 : i64
                %615 = llvm.getelementptr %592[%614] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %616 = llvm.load %615 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %617 = llvm.intr.fmuladd(%610, %613, %600) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %618 = llvm.intr.fmuladd(%610, %616, %601) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %619 = arith.addi %599, %4 : i64
                %620 = llvm.getelementptr %26[%619] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %621 = llvm.load %620 {alignment = 2 : i64} : !llvm.ptr -> i16
                %622 = arith.extui %621 : i16 to i64
                %623 = llvm.getelementptr %22[%619] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %624 = llvm.load %623 {alignment = 4 : i64} : !llvm.ptr -> f32
                %625 = vector.broadcast %624 : f32 to vector<16xf32>
                %626 = arith.muli %622, %70 : i64
                %627 = llvm.getelementptr %589[%626] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %628 = llvm.load %627 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %629 = arith.muli %622, %70 : i64
                %630 = llvm.getelementptr %592[%629] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %631 = llvm.load %630 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %632 = llvm.intr.fmuladd(%625, %628, %602) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %633 = llvm.intr.fmuladd(%625, %631, %603) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                scf.yield %617, %618, %632, %633 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              %634 = arith.addf %604#0, %604#2 : vector<16xf32>
              %635 = arith.addf %604#1, %604#3 : vector<16xf32>
              %639:2 = scf.for %636 = %598 to %342 step %4 iter_args(%637 = %634, %638 = %635) -> (vector<16xf32>, vector<16xf32>) : i64 {
                %640 = llvm.getelementptr %26[%636] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %641 = llvm.load %640 {alignment = 2 : i64} : !llvm.ptr -> i16
                %642 = arith.extui %641 : i16 to i64
                %643 = llvm.getelementptr %22[%636] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %644 = llvm.load %643 {alignment = 4 : i64} : !llvm.ptr -> f32
                %645 = vector.broadcast %644 : f32 to vector<16xf32>
                %646 = arith.muli %642, %70 : i64
                %647 = llvm.getelementptr %589[%646] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %648 = llvm.load %647 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %649 = arith.muli %642, %70 : i64
                %650 = llvm.getelementptr %592[%649] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %651 = llvm.load %650 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %652 = llvm.intr.fmuladd(%645, %648, %637) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %653 = llvm.intr.fmuladd(%645, %651, %638) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                scf.yield %652, %653 : vector<16xf32>, vector<16xf32>
              }
              scf.yield %639#0, %639#1 : vector<16xf32>, vector<16xf32>
            } else {
              %658:3 = scf.for %654 = %0 to %52 step %4 iter_args(%655 = %337, %656 = %183, %657 = %183) -> (i64, vector<16xf32>, vector<16xf32>) : i64 {
                %659 = arith.constant -1 : i64
                %660 = arith.addi %342, %659 : i64
                %661 = arith.minsi %655, %660 : i64
                %662 = arith.maxsi %661, %0 : i64
                %663 = arith.cmpi slt, %655, %342 : i64
                %664 = llvm.getelementptr %26[%662] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %665 = llvm.load %664 {alignment = 2 : i64} : !llvm.ptr -> i16
                %666 = arith.extui %665 : i16 to i64
                %667 = arith.cmpi eq, %666, %654 : i64
                %668 = arith.andi %663, %667 : i1
                %669 = llvm.getelementptr %22[%662] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %670 = llvm.load %669 {alignment = 4 : i64} : !llvm.ptr -> f32
                %671 = vector.broadcast %670 : f32 to vector<16xf32>
                %672 = arith.select %668, %671, %183 : vector<16xf32>
                %673 = arith.extui %668 : i1 to i64
                %674 = arith.addi %655, %673 : i64
                %675 = arith.muli %654, %70 : i64
                %676 = llvm.getelementptr %589[%675] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %677 = llvm.load %676 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %678 = arith.muli %654, %70 : i64
                %679 = llvm.getelementptr %592[%678] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %680 = llvm.load %679 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %681 = llvm.intr.fmuladd(%672, %677, %656) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %682 = llvm.intr.fmuladd(%672, %680, %657) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                scf.yield %674, %681, %682 : i64, vector<16xf32>, vector<16xf32>
              }
              scf.yield %658#1, %658#2 : vector<16xf32>, vector<16xf32>
            }
            %683 = arith.muli %100, %58 : i64
            %684 = arith.addi %332, %683 : i64
            %685 = arith.muli %684, %8 : i64
            %686 = arith.addi %685, %4 : i64
            %687 = llvm.getelementptr %30[%686] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %688 = llvm.load %687 {alignment = 4 : i64} : !llvm.ptr -> i32
            %689 = arith.extsi %688 : i32 to i64
            %690 = arith.addi %684, %4 : i64
            %691 = arith.muli %690, %8 : i64
            %692 = arith.addi %691, %4 : i64
            %693 = llvm.getelementptr %30[%692] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %694 = llvm.load %693 {alignment = 4 : i64} : !llvm.ptr -> i32
            %695 = arith.extsi %694 : i32 to i64
            %696 = arith.subi %695, %689 : i64
            %697 = arith.muli %689, %79 : i64
            %698 = arith.addi %697, %585 : i64
            %699 = llvm.getelementptr %174[%698] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %594#0, %699 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
            %700 = arith.addi %585, %59 : i64
            %701 = arith.muli %689, %79 : i64
            %702 = arith.addi %701, %700 : i64
            %703 = llvm.getelementptr %174[%702] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %594#1, %703 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
          }
          scf.for %704 = %372 to %376 step %59 : i64 {
            %706 = arith.divui %704, %59 : i64
            %707 = arith.muli %706, %73 : i64
            %708 = llvm.getelementptr %172[%707] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %709 = arith.subi %704, %179 : i64
            %710 = scf.if %331 -> (vector<16xf32>) {
              %711 = arith.subi %342, %337 : i64
              %712 = arith.divui %711, %15 : i64
              %713 = arith.muli %712, %15 : i64
              %714 = arith.addi %337, %713 : i64
              %720:4 = scf.for %715 = %337 to %714 step %15 iter_args(%716 = %183, %717 = %183, %718 = %183, %719 = %183) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %721 = llvm.getelementptr %26[%715] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %722 = llvm.load %721 {alignment = 2 : i64} : !llvm.ptr -> i16
                %723 = arith.extui %722 : i16 to i64
                %724 = llvm.getelementptr %22[%715] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %725 = llvm.load %724 {alignment = 4 : i64} : !llvm.ptr -> f32
                %726 = vector.broadcast %725 : f32 to vector<16xf32>
                %727 = arith.muli %723, %70 : i64
                %728 = llvm.getelementptr %708[%727] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %729 = llvm.load %728 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %730 = llvm.intr.fmuladd(%726, %729, %716) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %731 = arith.addi %715, %4 : i64
                %732 = llvm.getelementptr %26[%731] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %733 = llvm.load %732 {alignment = 2 : i64} : !llvm.ptr -> i16
                %734 = arith.extui %733 : i16 to i64
                %735 = llvm.getelementptr %22[%731] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %736 = llvm.load %735 {alignment = 4 : i64} : !llvm.ptr -> f32
                %737 = vector.broadcast %736 : f32 to vector<16xf32>
                %738 = arith.muli %734, %70 : i64
                %739 = llvm.getelementptr %708[%738] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %740 = llvm.load %739 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %741 = llvm.intr.fmuladd(%737, %740, %717) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %742 = arith.addi %715, %8 : i64
                %743 = llvm.getelementptr %26[%742] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %744 = llvm.load %743 {alignment = 2 : i64} : !llvm.ptr -> i16
                %745 = arith.extui %744 : i16 to i64
                %746 = llvm.getelementptr %22[%742] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %747 = llvm.load %746 {alignment = 4 : i64} : !llvm.ptr -> f32
                %748 = vector.broadcast %747 : f32 to vector<16xf32>
                %749 = arith.muli %745, %70 : i64
                %750 = llvm.getelementptr %708[%749] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %751 = llvm.load %750 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %752 = llvm.intr.fmuladd(%748, %751, %718) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %753 = arith.addi %715, %11 : i64
                %754 = llvm.getelementptr %26[%753] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %755 = llvm.load %754 {alignment = 2 : i64} : !llvm.ptr -> i16
                %756 = arith.extui %755 : i16 to i64
                %757 = llvm.getelementptr %22[%753] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %758 = llvm.load %757 {alignment = 4 : i64} : !llvm.ptr -> f32
                %759 = vector.broadcast %758 : f32 to vector<16xf32>
                %760 = arith.muli %756, %70 : i64
                %761 = llvm.getelementptr %708[%760] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %762 = llvm.load %761 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %763 = llvm.intr.fmuladd(%759, %762, %719) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                scf.yield %730, %741, %752, %763 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              %764 = arith.addf %720#0, %720#1 : vector<16xf32>
              %765 = arith.addf %764, %720#2 : vector<16xf32>
              %766 = arith.addf %765, %720#3 : vector<16xf32>
              %769 = scf.for %767 = %714 to %342 step %4 iter_args(%768 = %766) -> (vector<16xf32>) : i64 {
                %770 = llvm.getelementptr %26[%767] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %771 = llvm.load %770 {alignment = 2 : i64} : !llvm.ptr -> i16
                %772 = arith.extui %771 : i16 to i64
                %773 = llvm.getelementptr %22[%767] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %774 = llvm.load %773 {alignment = 4 : i64} : !llvm.ptr -> f32
                %775 = vector.broadcast %774 : f32 to vector<16xf32>
                %776 = arith.muli %772, %70 : i64
                %777 = llvm.getelementptr %708[%776] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %778 = llvm.load %777 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %779 = llvm.intr.fmuladd(%775, %778, %768) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                scf.yield %779 : vector<16xf32>
              }
              scf.yield %769 : vector<16xf32>
            } else {
              %783:2 = scf.for %780 = %0 to %52 step %4 iter_args(%781 = %337, %782 = %183) -> (i64, vector<16xf32>) : i64 {
                %784 = arith.constant -1 : i64
                %785 = arith.addi %342, %784 : i64
                %786 = arith.minsi %781, %785 : i64
                %787 = arith.maxsi %786, %0 : i64
                %788 = arith.cmpi slt, %781, %342 : i64
                %789 = llvm.getelementptr %26[%787] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %790 = llvm.load %789 {alignment = 2 : i64} : !llvm.ptr -> i16
                %791 = arith.extui %790 : i16 to i64
                %792 = arith.cmpi eq, %791, %780 : i64
                %793 = arith.andi %788, %792 : i1
                %794 = llvm.getelementptr %22[%787] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %795 = llvm.load %794 {alignment = 4 : i64} : !llvm.ptr -> f32
                %796 = vector.broadcast %795 : f32 to vector<16xf32>
                %797 = arith.select %793, %796, %183 : vector<16xf32>
                %798 = arith.extui %793 : i1 to i64
                %799 = arith.addi %781, %798 : i64
                %800 = arith.muli %780, %70 : i64
                %801 = llvm.getelementptr %708[%800] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %802 = llvm.load %801 {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
                %803 = llvm.intr.fmuladd(%797, %802, %782) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                scf.yield %799, %803 : i64, vector<16xf32>
              }
              scf.yield %783#1 : vector<16xf32>
            }
            %804 = arith.muli %100, %58 : i64
            %805 = arith.addi %332, %804 : i64
            %806 = arith.muli %805, %8 : i64
            %807 = arith.addi %806, %4 : i64
            %808 = llvm.getelementptr %30[%807] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %809 = llvm.load %808 {alignment = 4 : i64} : !llvm.ptr -> i32
            %810 = arith.extsi %809 : i32 to i64
            %811 = arith.addi %805, %4 : i64
            %812 = arith.muli %811, %8 : i64
            %813 = arith.addi %812, %4 : i64
            %814 = llvm.getelementptr %30[%813] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %815 = llvm.load %814 {alignment = 4 : i64} : !llvm.ptr -> i32
            %816 = arith.extsi %815 : i32 to i64
            %817 = arith.subi %816, %810 : i64
            %818 = arith.muli %810, %79 : i64
            %819 = arith.addi %818, %704 : i64
            %820 = llvm.getelementptr %174[%819] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %710, %820 {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
          }
          scf.for %821 = %376 to %182 step %59 : i64 {
            %823 = arith.subi %182, %821 : i64
            %824 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]> : vector<16xi64>
            %825 = vector.broadcast %823 : i64 to vector<16xi64>
            %826 = arith.cmpi slt, %824, %825 : vector<16xi64>
            %827 = arith.divui %821, %59 : i64
            %828 = arith.muli %827, %73 : i64
            %829 = llvm.getelementptr %172[%828] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %830 = arith.subi %821, %179 : i64
            %831 = scf.if %331 -> (vector<16xf32>) {
              %832 = arith.subi %342, %337 : i64
              %833 = arith.divui %832, %15 : i64
              %834 = arith.muli %833, %15 : i64
              %835 = arith.addi %337, %834 : i64
              %841:4 = scf.for %836 = %337 to %835 step %15 iter_args(%837 = %183, %838 = %183, %839 = %183, %840 = %183) -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>) : i64 {
                %842 = llvm.getelementptr %26[%836] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %843 = llvm.load %842 {alignment = 2 : i64} : !llvm.ptr -> i16
                %844 = arith.extui %843 : i16 to i64
                %845 = llvm.getelementptr %22[%836] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %846 = llvm.load %845 {alignment = 4 : i64} : !llvm.ptr -> f32
                %847 = vector.broadcast %846 : f32 to vector<16xf32>
                %848 = arith.muli %844, %70 : i64
                %849 = llvm.getelementptr %829[%848] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %850 = llvm.intr.masked.load %849, %826, %183 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %851 = llvm.intr.fmuladd(%847, %850, %837) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %852 = arith.addi %836, %4 : i64
                %853 = llvm.getelementptr %26[%852] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %854 = llvm.load %853 {alignment = 2 : i64} : !llvm.ptr -> i16
                %855 = arith.extui %854 : i16 to i64
                %856 = llvm.getelementptr %22[%852] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %857 = llvm.load %856 {alignment = 4 : i64} : !llvm.ptr -> f32
                %858 = vector.broadcast %857 : f32 to vector<16xf32>
                %859 = arith.muli %855, %70 : i64
                %860 = llvm.getelementptr %829[%859] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %861 = llvm.intr.masked.load %860, %826, %183 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %862 = llvm.intr.fmuladd(%858, %861, %838) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %863 = arith.addi %836, %8 : i64
                %864 = llvm.getelementptr %26[%863] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %865 = llvm.load %864 {alignment = 2 : i64} : !llvm.ptr -> i16
                %866 = arith.extui %865 : i16 to i64
                %867 = llvm.getelementptr %22[%863] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %868 = llvm.load %867 {alignment = 4 : i64} : !llvm.ptr -> f32
                %869 = vector.broadcast %868 : f32 to vector<16xf32>
                %870 = arith.muli %866, %70 : i64
                %871 = llvm.getelementptr %829[%870] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %872 = llvm.intr.masked.load %871, %826, %183 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %873 = llvm.intr.fmuladd(%869, %872, %839) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                %874 = arith.addi %836, %11 : i64
                %875 = llvm.getelementptr %26[%874] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %876 = llvm.load %875 {alignment = 2 : i64} : !llvm.ptr -> i16
                %877 = arith.extui %876 : i16 to i64
                %878 = llvm.getelementptr %22[%874] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %879 = llvm.load %878 {alignment = 4 : i64} : !llvm.ptr -> f32
                %880 = vector.broadcast %879 : f32 to vector<16xf32>
                %881 = arith.muli %877, %70 : i64
                %882 = llvm.getelementptr %829[%881] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %883 = llvm.intr.masked.load %882, %826, %183 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %884 = llvm.intr.fmuladd(%880, %883, %840) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                scf.yield %851, %862, %873, %884 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>
              }
              %885 = arith.addf %841#0, %841#1 : vector<16xf32>
              %886 = arith.addf %885, %841#2 : vector<16xf32>
              %887 = arith.addf %886, %841#3 : vector<16xf32>
              %890 = scf.for %888 = %835 to %342 step %4 iter_args(%889 = %887) -> (vector<16xf32>) : i64 {
                %891 = llvm.getelementptr %26[%888] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %892 = llvm.load %891 {alignment = 2 : i64} : !llvm.ptr -> i16
                %893 = arith.extui %892 : i16 to i64
                %894 = llvm.getelementptr %22[%888] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %895 = llvm.load %894 {alignment = 4 : i64} : !llvm.ptr -> f32
                %896 = vector.broadcast %895 : f32 to vector<16xf32>
                %897 = arith.muli %893, %70 : i64
                %898 = llvm.getelementptr %829[%897] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %899 = llvm.intr.masked.load %898, %826, %183 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %900 = llvm.intr.fmuladd(%896, %899, %889) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                scf.yield %900 : vector<16xf32>
              }
              scf.yield %890 : vector<16xf32>
            } else {
              %904:2 = scf.for %901 = %0 to %52 step %4 iter_args(%902 = %337, %903 = %183) -> (i64, vector<16xf32>) : i64 {
                %905 = arith.constant -1 : i64
                %906 = arith.addi %342, %905 : i64
                %907 = arith.minsi %902, %906 : i64
                %908 = arith.maxsi %907, %0 : i64
                %909 = arith.cmpi slt, %902, %342 : i64
                %910 = llvm.getelementptr %26[%908] : (!llvm.ptr, i64) -> !llvm.ptr, i16
                %911 = llvm.load %910 {alignment = 2 : i64} : !llvm.ptr -> i16
                %912 = arith.extui %911 : i16 to i64
                %913 = arith.cmpi eq, %912, %901 : i64
                %914 = arith.andi %909, %913 : i1
                %915 = llvm.getelementptr %22[%908] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %916 = llvm.load %915 {alignment = 4 : i64} : !llvm.ptr -> f32
                %917 = vector.broadcast %916 : f32 to vector<16xf32>
                %918 = arith.select %914, %917, %183 : vector<16xf32>
                %919 = arith.extui %914 : i1 to i64
                %920 = arith.addi %902, %919 : i64
                %921 = arith.muli %901, %70 : i64
                %922 = llvm.getelementptr %829[%921] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %923 = llvm.intr.masked.load %922, %826, %183 {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
                %924 = llvm.intr.fmuladd(%918, %923, %903) : (vector<16xf32>, vector<16xf32>, vector<16xf32>) -> vector<16xf32>
                scf.yield %920, %924 : i64, vector<16xf32>
              }
              scf.yield %904#1 : vector<16xf32>
            }
            %925 = arith.muli %100, %58 : i64
            %926 = arith.addi %332, %925 : i64
            %927 = arith.muli %926, %8 : i64
            %928 = arith.addi %927, %4 : i64
            %929 = llvm.getelementptr %30[%928] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %930 = llvm.load %929 {alignment = 4 : i64} : !llvm.ptr -> i32
            %931 = arith.extsi %930 : i32 to i64
            %932 = arith.addi %926, %4 : i64
            %933 = arith.muli %932, %8 : i64
            %934 = arith.addi %933, %4 : i64
            %935 = llvm.getelementptr %30[%934] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %936 = llvm.load %935 {alignment = 4 : i64} : !llvm.ptr -> i32
            %937 = arith.extsi %936 : i32 to i64
            %938 = arith.subi %937, %931 : i64
            %939 = arith.muli %931, %79 : i64
            %940 = arith.addi %939, %821 : i64
            %941 = llvm.getelementptr %174[%940] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.intr.masked.store %831, %941, %826 {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
          }
        }
      }
    }
    llvm.return
  }
  llvm.func @vblock_1x1_f32_i16_features_features_parallel(%arg0: !llvm.ptr) {
    %942 = arith.constant 0 : i64
    %943 = llvm.getelementptr %arg0[%942] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %944 = llvm.load %943 {alignment = 8 : i64} : !llvm.ptr -> i64
    %945 = llvm.inttoptr %944 : i64 to !llvm.ptr
    %946 = arith.constant 1 : i64
    %947 = llvm.getelementptr %arg0[%946] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %948 = llvm.load %947 {alignment = 8 : i64} : !llvm.ptr -> i64
    %949 = llvm.inttoptr %948 : i64 to !llvm.ptr
    %950 = arith.constant 2 : i64
    %951 = llvm.getelementptr %arg0[%950] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %952 = llvm.load %951 {alignment = 8 : i64} : !llvm.ptr -> i64
    %953 = llvm.call %945() : !llvm.ptr, () -> i32
    %954 = arith.extsi %953 : i32 to i64
    %955 = llvm.call %949() : !llvm.ptr, () -> i32
    %956 = arith.extsi %955 : i32 to i64
    scf.for %957 = %954 to %952 step %956 : i64 {
      llvm.call @vblock_1x1_f32_i16_features_features(%arg0, %957) : (!llvm.ptr, i64) -> ()
    }
    llvm.return
  }
  llvm.func @vblock_1x1_f32_i16_features_features_entries(%arg0: !llvm.ptr) {
    %959 = llvm.mlir.addressof @vblock_1x1_f32_i16_features_features : !llvm.ptr
    %960 = arith.constant 0 : i64
    %961 = llvm.getelementptr %arg0[%960] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %959, %961 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %962 = llvm.mlir.addressof @vblock_1x1_f32_i16_features_features_parallel : !llvm.ptr
    %963 = arith.constant 1 : i64
    %964 = llvm.getelementptr %arg0[%963] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %962, %964 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
}
