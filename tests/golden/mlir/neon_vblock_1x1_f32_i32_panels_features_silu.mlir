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
    %157 = arith.ceildivsi %49, %59 : i64
    %158 = arith.muli %157, %105 : i64
    %159 = arith.divui %158, %106 : i64
    %160 = arith.muli %159, %59 : i64
    %161 = arith.minsi %160, %49 : i64
    %162 = arith.addi %105, %4 : i64
    %163 = arith.ceildivsi %49, %59 : i64
    %164 = arith.muli %163, %162 : i64
    %165 = arith.divui %164, %106 : i64
    %166 = arith.muli %165, %59 : i64
    %167 = arith.minsi %166, %49 : i64
    scf.for %168 = %0 to %61 step %4 : i64 {
      %170 = arith.muli %168, %76 : i64
      %171 = llvm.getelementptr %14[%170] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %172 = arith.muli %168, %82 : i64
      %173 = llvm.getelementptr %18[%172] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %174 = arith.muli %168, %88 : i64
      %175 = llvm.getelementptr %38[%174] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %176 = arith.muli %arg1, %91 : i64
      %177 = llvm.getelementptr %42[%176] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      scf.for %178 = %161 to %167 step %67 : i64 {
        %180 = arith.addi %178, %67 : i64
        %181 = arith.minsi %180, %167 : i64
        %182 = arith.constant dense<0.000000000e+00> : vector<4xf32>
        %183 = arith.subi %181, %178 : i64
        %184 = arith.divui %183, %15 : i64
        %185 = arith.divui %184, %15 : i64
        %186 = arith.muli %185, %15 : i64
        %187 = arith.muli %186, %15 : i64
        %188 = arith.addi %178, %187 : i64
        %189 = arith.subi %184, %186 : i64
        %190 = arith.divui %189, %11 : i64
        %191 = arith.muli %190, %11 : i64
        %192 = arith.muli %191, %15 : i64
        %193 = arith.addi %188, %192 : i64
        %194 = arith.subi %189, %191 : i64
        %195 = arith.divui %194, %8 : i64
        %196 = arith.muli %195, %8 : i64
        %197 = arith.muli %196, %15 : i64
        %198 = arith.addi %193, %197 : i64
        %199 = arith.subi %194, %196 : i64
        %200 = arith.divui %199, %4 : i64
        %201 = arith.muli %200, %15 : i64
        %202 = arith.addi %198, %201 : i64
        %203 = arith.subi %199, %200 : i64
        %206 = scf.for %204 = %178 to %188 step %59 iter_args(%205 = %182) -> (vector<4xf32>) : i64 {
          %207 = arith.divui %204, %15 : i64
          %208 = arith.muli %207, %73 : i64
          %209 = llvm.getelementptr %171[%208] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %210 = arith.addi %207, %4 : i64
          %211 = arith.muli %210, %73 : i64
          %212 = llvm.getelementptr %171[%211] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %213 = arith.addi %207, %8 : i64
          %214 = arith.muli %213, %73 : i64
          %215 = llvm.getelementptr %171[%214] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %216 = arith.addi %207, %11 : i64
          %217 = arith.muli %216, %73 : i64
          %218 = llvm.getelementptr %171[%217] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %224:4 = scf.for %219 = %0 to %52 step %4 iter_args(%220 = %205, %221 = %182, %222 = %182, %223 = %182) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
            %225 = arith.muli %219, %15 : i64
            %226 = llvm.getelementptr %209[%225] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %227 = llvm.load %226 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %228 = arith.muli %219, %15 : i64
            %229 = llvm.getelementptr %212[%228] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %230 = llvm.load %229 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %231 = arith.muli %219, %15 : i64
            %232 = llvm.getelementptr %215[%231] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %233 = llvm.load %232 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %234 = arith.muli %219, %15 : i64
            %235 = llvm.getelementptr %218[%234] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %236 = llvm.load %235 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %237 = llvm.intr.fmuladd(%227, %182, %220) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
            %238 = llvm.intr.fmuladd(%230, %182, %221) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
            %239 = llvm.intr.fmuladd(%233, %182, %222) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
            %240 = llvm.intr.fmuladd(%236, %182, %223) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
            scf.yield %237, %238, %239, %240 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
          }
          %241 = arith.addf %224#0, %224#1 : vector<4xf32>
          %242 = arith.addf %241, %224#2 : vector<4xf32>
          %243 = arith.addf %242, %224#3 : vector<4xf32>
          scf.yield %243 : vector<4xf32>
        }
        %246 = scf.for %244 = %188 to %193 step %47 iter_args(%245 = %206) -> (vector<4xf32>) : i64 {
          %247 = arith.divui %244, %15 : i64
          %248 = arith.muli %247, %73 : i64
          %249 = llvm.getelementptr %171[%248] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %250 = arith.addi %247, %4 : i64
          %251 = arith.muli %250, %73 : i64
          %252 = llvm.getelementptr %171[%251] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %253 = arith.addi %247, %8 : i64
          %254 = arith.muli %253, %73 : i64
          %255 = llvm.getelementptr %171[%254] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %260:3 = scf.for %256 = %0 to %52 step %4 iter_args(%257 = %245, %258 = %182, %259 = %182) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
            %261 = arith.muli %256, %15 : i64
            %262 = llvm.getelementptr %249[%261] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %263 = llvm.load %262 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %264 = arith.muli %256, %15 : i64
            %265 = llvm.getelementptr %252[%264] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %266 = llvm.load %265 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %267 = arith.muli %256, %15 : i64
            %268 = llvm.getelementptr %255[%267] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %269 = llvm.load %268 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %270 = llvm.intr.fmuladd(%263, %182, %257) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
            %271 = llvm.intr.fmuladd(%266, %182, %258) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
            %272 = llvm.intr.fmuladd(%269, %182, %259) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
            scf.yield %270, %271, %272 : vector<4xf32>, vector<4xf32>, vector<4xf32>
          }
          %273 = arith.addf %260#0, %260#1 : vector<4xf32>
          %274 = arith.addf %273, %260#2 : vector<4xf32>
          scf.yield %274 : vector<4xf32>
        }
        %277 = scf.for %275 = %193 to %198 step %31 iter_args(%276 = %246) -> (vector<4xf32>) : i64 {
          %278 = arith.divui %275, %15 : i64
          %279 = arith.muli %278, %73 : i64
          %280 = llvm.getelementptr %171[%279] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %281 = arith.addi %278, %4 : i64
          %282 = arith.muli %281, %73 : i64
          %283 = llvm.getelementptr %171[%282] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %287:2 = scf.for %284 = %0 to %52 step %4 iter_args(%285 = %276, %286 = %182) -> (vector<4xf32>, vector<4xf32>) : i64 {
            %288 = arith.muli %284, %15 : i64
            %289 = llvm.getelementptr %280[%288] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %290 = llvm.load %289 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %291 = arith.muli %284, %15 : i64
            %292 = llvm.getelementptr %283[%291] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %293 = llvm.load %292 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %294 = llvm.intr.fmuladd(%290, %182, %285) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
            %295 = llvm.intr.fmuladd(%293, %182, %286) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
            scf.yield %294, %295 : vector<4xf32>, vector<4xf32>
          }
          %296 = arith.addf %287#0, %287#1 : vector<4xf32>
          scf.yield %296 : vector<4xf32>
        }
        %299 = scf.for %297 = %198 to %202 step %15 iter_args(%298 = %277) -> (vector<4xf32>) : i64 {
          %300 = arith.divui %297, %15 : i64
          %301 = arith.muli %300, %73 : i64
          %302 = llvm.getelementptr %171[%301] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %305 = scf.for %303 = %0 to %52 step %4 iter_args(%304 = %298) -> (vector<4xf32>) : i64 {
            %306 = arith.muli %303, %15 : i64
            %307 = llvm.getelementptr %302[%306] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %308 = llvm.load %307 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %309 = llvm.intr.fmuladd(%308, %182, %304) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
            scf.yield %309 : vector<4xf32>
          }
          scf.yield %305 : vector<4xf32>
        }
        %312 = scf.for %310 = %202 to %181 step %15 iter_args(%311 = %299) -> (vector<4xf32>) : i64 {
          %313 = arith.subi %181, %310 : i64
          %314 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
          %315 = vector.broadcast %313 : i64 to vector<4xi64>
          %316 = arith.cmpi slt, %314, %315 : vector<4xi64>
          %317 = arith.divui %310, %15 : i64
          %318 = arith.muli %317, %73 : i64
          %319 = llvm.getelementptr %171[%318] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %322 = scf.for %320 = %0 to %52 step %4 iter_args(%321 = %311) -> (vector<4xf32>) : i64 {
            %323 = arith.muli %320, %15 : i64
            %324 = llvm.getelementptr %319[%323] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %325 = llvm.load %324 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
            %326 = llvm.intr.fmuladd(%325, %182, %321) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
            scf.yield %326 : vector<4xf32>
          }
          scf.yield %322 : vector<4xf32>
        }
        %327 = vector.reduction <add>, %312 : vector<4xf32> into f32
        %328 = arith.constant 0.000000000e+00 : f32
        %329 = arith.cmpf ord, %327, %328 : f32
        scf.for %330 = %119#0 to %144#0 step %4 : i64 {
          %332 = arith.muli %330, %8 : i64
          %333 = llvm.getelementptr %30[%332] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %334 = llvm.load %333 {alignment = 4 : i64} : !llvm.ptr -> i32
          %335 = arith.extsi %334 : i32 to i64
          %336 = arith.addi %330, %4 : i64
          %337 = arith.muli %336, %8 : i64
          %338 = llvm.getelementptr %30[%337] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %339 = llvm.load %338 {alignment = 4 : i64} : !llvm.ptr -> i32
          %340 = arith.extsi %339 : i32 to i64
          %341 = arith.muli %100, %58 : i64
          %342 = arith.addi %330, %341 : i64
          %343 = arith.muli %342, %8 : i64
          %344 = arith.addi %343, %4 : i64
          %345 = llvm.getelementptr %30[%344] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %346 = llvm.load %345 {alignment = 4 : i64} : !llvm.ptr -> i32
          %347 = arith.extsi %346 : i32 to i64
          %348 = arith.addi %342, %4 : i64
          %349 = arith.muli %348, %8 : i64
          %350 = arith.addi %349, %4 : i64
          %351 = llvm.getelementptr %30[%350] : (!llvm.ptr, i64) -> !llvm.ptr, i32
          %352 = llvm.load %351 {alignment = 4 : i64} : !llvm.ptr -> i32
          %353 = arith.extsi %352 : i32 to i64
          %354 = arith.subi %353, %347 : i64
          %355 = arith.subi %181, %178 : i64
          %356 = arith.divui %355, %15 : i64
          %357 = arith.divui %356, %15 : i64
          %358 = arith.muli %357, %15 : i64
          %359 = arith.muli %358, %15 : i64
          %360 = arith.addi %178, %359 : i64
          %361 = arith.subi %356, %358 : i64
          %362 = arith.divui %361, %11 : i64
          %363 = arith.muli %362, %11 : i64
          %364 = arith.muli %363, %15 : i64
          %365 = arith.addi %360, %364 : i64
          %366 = arith.subi %361, %363 : i64
          %367 = arith.divui %366, %8 : i64
          %368 = arith.muli %367, %8 : i64
          %369 = arith.muli %368, %15 : i64
          %370 = arith.addi %365, %369 : i64
          %371 = arith.subi %366, %368 : i64
          %372 = arith.divui %371, %4 : i64
          %373 = arith.muli %372, %15 : i64
          %374 = arith.addi %370, %373 : i64
          %375 = arith.subi %371, %372 : i64
          scf.for %376 = %178 to %360 step %59 : i64 {
            %378 = arith.divui %376, %15 : i64
            %379 = arith.muli %378, %73 : i64
            %380 = llvm.getelementptr %171[%379] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %381 = arith.addi %378, %4 : i64
            %382 = arith.muli %381, %73 : i64
            %383 = llvm.getelementptr %171[%382] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %384 = arith.addi %378, %8 : i64
            %385 = arith.muli %384, %73 : i64
            %386 = llvm.getelementptr %171[%385] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %387 = arith.addi %378, %11 : i64
            %388 = arith.muli %387, %73 : i64
            %389 = llvm.getelementptr %171[%388] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %390 = arith.subi %376, %178 : i64
            %391:4 = scf.if %329 -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) {
              %397:4 = scf.for %392 = %335 to %340 step %4 iter_args(%393 = %182, %394 = %182, %395 = %182, %396 = %182) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
                %398 = llvm.getelementptr %26[%392] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %399 = llvm.load %398 {alignment = 4 : i64} : !llvm.ptr -> i32
                %400 = arith.extui %399 : i32 to i64
                %401 = llvm.getelementptr %22[%392] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %402 = llvm.load %401 {alignment = 4 : i64} : !llvm.ptr -> f32
                %403 = vector.broadcast %402 : f32 to vector<4xf32>
                %404 = arith.muli %400, %15 : i64
                %405 = llvm.getelementptr %380[%404] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %406 = llvm.load %405 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %407 = arith.muli %400, %15 : i64
                %408 = llvm.getelementptr %383[%407] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %409 = llvm.load %408 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %410 = arith.muli %400, %15 : i64
                %411 = llvm.getelementptr %386[%410] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %412 = llvm.load %411 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %413 = arith.muli %400, %15 : i64
                %414 = llvm.getelementptr %389[%413] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %415 = llvm.load %414 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %416 = llvm.intr.fmuladd(%403, %406, %393) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %417 = llvm.intr.fmuladd(%403, %409, %394) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %418 = llvm.intr.fmuladd(%403, %412, %395) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %419 = llvm.intr.fmuladd(%403, %415, %396) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                scf.yield %416, %417, %418, %419 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
              }
              scf.yield %397#0, %397#1, %397#2, %397#3 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
            } else {
              %426:5 = scf.for %420 = %0 to %52 step %4 iter_args(%421 = %335, %422 = %182, %423 = %182, %424 = %182, %425 = %182) -> (i64, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
                %427 = arith.constant -1 : i64
                %428 = arith.addi %340, %427 : i64
                %429 = arith.minsi %421, %428 : i64
                %430 = arith.maxsi %429, %0 : i64
                %431 = arith.cmpi slt, %421, %340 : i64
                %432 = llvm.getelementptr %26[%430] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %433 = llvm.load %432 {alignment = 4 : i64} : !llvm.ptr -> i32
                %434 = arith.extui %433 : i32 to i64
                %435 = arith.cmpi eq, %434, %420 : i64
                %436 = arith.andi %431, %435 : i1
                %437 = llvm.getelementptr %22[%430] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %438 = llvm.load %437 {alignment = 4 : i64} : !llvm.ptr -> f32
                %439 = vector.broadcast %438 : f32 to vector<4xf32>
                %440 = arith.select %436, %439, %182 : vector<4xf32>
                %441 = arith.extui %436 : i1 to i64
                %442 = arith.addi %421, %441 : i64
                %443 = arith.muli %420, %15 : i64
                %444 = llvm.getelementptr %380[%443] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %445 = llvm.load %444 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %446 = arith.muli %420, %15 : i64
                %447 = llvm.getelementptr %383[%446] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %448 = llvm.load %447 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %449 = arith.muli %420, %15 : i64
                %450 = llvm.getelementptr %386[%449] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %451 = llvm.load %450 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %452 = arith.muli %420, %15 : i64
                %453 = llvm.getelementptr %389[%452] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %454 = llvm.load %453 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %455 = llvm.intr.fmuladd(%440, %445, %422) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %456 = llvm.intr.fmuladd(%440, %448, %423) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %457 = llvm.intr.fmuladd(%440, %451, %424) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %458 = llvm.intr.fmuladd(%440, %454, %425) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                scf.yield %442, %455, %456, %457, %458 : i64, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
              }
              scf.yield %426#1, %426#2, %426#3, %426#4 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
            }
            %459 = arith.muli %100, %58 : i64
            %460 = arith.addi %330, %459 : i64
            %461 = arith.muli %460, %8 : i64
            %462 = arith.addi %461, %4 : i64
            %463 = llvm.getelementptr %30[%462] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %464 = llvm.load %463 {alignment = 4 : i64} : !llvm.ptr -> i32
            %465 = arith.extsi %464 : i32 to i64
            %466 = arith.addi %460, %4 : i64
            %467 = arith.muli %466, %8 : i64
            %468 = arith.addi %467, %4 : i64
            %469 = llvm.getelementptr %30[%468] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %470 = llvm.load %469 {alignment = 4 : i64} : !llvm.ptr -> i32
            %471 = arith.extsi %470 : i32 to i64
            %472 = arith.subi %471, %465 : i64
            %473 = arith.muli %465, %79 : i64
            %474 = arith.addi %473, %376 : i64
            %475 = llvm.call @silu_4(%391#0) : (vector<4xf32>) -> vector<4xf32>
            %476 = llvm.getelementptr %173[%474] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %475, %476 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %477 = arith.addi %376, %15 : i64
            %478 = arith.muli %465, %79 : i64
            %479 = arith.addi %478, %477 : i64
            %480 = llvm.call @silu_4(%391#1) : (vector<4xf32>) -> vector<4xf32>
            %481 = llvm.getelementptr %173[%479] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %480, %481 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %482 = arith.addi %376, %31 : i64
            %483 = arith.muli %465, %79 : i64
            %484 = arith.addi %483, %482 : i64
            %485 = llvm.call @silu_4(%391#2) : (vector<4xf32>) -> vector<4xf32>
            %486 = llvm.getelementptr %173[%484] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %485, %486 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %487 = arith.addi %376, %47 : i64
            %488 = arith.muli %465, %79 : i64
            %489 = arith.addi %488, %487 : i64
            %490 = llvm.call @silu_4(%391#3) : (vector<4xf32>) -> vector<4xf32>
            %491 = llvm.getelementptr %173[%489] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %490, %491 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          scf.for %492 = %360 to %365 step %47 : i64 {
            %494 = arith.divui %492, %15 : i64
            %495 = arith.muli %494, %73 : i64
            %496 = llvm.getelementptr %171[%495] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %497 = arith.addi %494, %4 : i64
            %498 = arith.muli %497, %73 : i64
            %499 = llvm.getelementptr %171[%498] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %500 = arith.addi %494, %8 : i64
            %501 = arith.muli %500, %73 : i64
            %502 = llvm.getelementptr %171[%501] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %503 = arith.subi %492, %178 : i64
            %504:3 = scf.if %329 -> (vector<4xf32>, vector<4xf32>, vector<4xf32>) {
              %509:3 = scf.for %505 = %335 to %340 step %4 iter_args(%506 = %182, %507 = %182, %508 = %182) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
                %510 = llvm.getelementptr %26[%505] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %511 = llvm.load %510 {alignment = 4 : i64} : !llvm.ptr -> i32
                %512 = arith.extui %511 : i32 to i64
                %513 = llvm.getelementptr %22[%505] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %514 = llvm.load %513 {alignment = 4 : i64} : !llvm.ptr -> f32
                %515 = vector.broadcast %514 : f32 to vector<4xf32>
                %516 = arith.muli %512, %15 : i64
                %517 = llvm.getelementptr %496[%516] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %518 = llvm.load %517 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %519 = arith.muli %512, %15 : i64
                %520 = llvm.getelementptr %499[%519] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %521 = llvm.load %520 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %522 = arith.muli %512, %15 : i64
                %523 = llvm.getelementptr %502[%522] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %524 = llvm.load %523 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %525 = llvm.intr.fmuladd(%515, %518, %506) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %526 = llvm.intr.fmuladd(%515, %521, %507) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %527 = llvm.intr.fmuladd(%515, %524, %508) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                scf.yield %525, %526, %527 : vector<4xf32>, vector<4xf32>, vector<4xf32>
              }
              scf.yield %509#0, %509#1, %509#2 : vector<4xf32>, vector<4xf32>, vector<4xf32>
            } else {
              %533:4 = scf.for %528 = %0 to %52 step %4 iter_args(%529 = %335, %530 = %182, %531 = %182, %532 = %182) -> (i64, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
                %534 = arith.constant -1 : i64
                %535 = arith.addi %340, %534 : i64
                %536 = arith.minsi %529, %535 : i64
                %537 = arith.maxsi %536, %0 : i64
                %538 = arith.cmpi slt, %529, %340 : i64
                %539 = llvm.getelementptr %26[%537] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %540 = llvm.load %539 {alignment = 4 : i64} : !llvm.ptr -> i32
                %541 = arith.extui %540 : i32 to i64
                %542 = arith.cmpi eq, %541, %528 : i64
                %543 = arith.andi %538, %542 : i1
                %544 = llvm.getelementptr %22[%537] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %545 = llvm.load %544 {alignment = 4 : i64} : !llvm.ptr -> f32
                %546 = vector.broadcast %545 : f32 to vector<4xf32>
                %547 = arith.select %543, %546, %182 : vector<4xf32>
                %548 = arith.extui %543 : i1 to i64
                %549 = arith.addi %529, %548 : i64
                %550 = arith.muli %528, %15 : i64
                %551 = llvm.getelementptr %496[%550] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %552 = llvm.load %551 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %553 = arith.muli %528, %15 : i64
                %554 = llvm.getelementptr %499[%553] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %555 = llvm.load %554 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %556 = arith.muli %528, %15 : i64
                %557 = llvm.getelementptr %502[%556] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %558 = llvm.load %557 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %559 = llvm.intr.fmuladd(%547, %552, %530) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %560 = llvm.intr.fmuladd(%547, %555, %531) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %561 = llvm.intr.fmuladd(%547, %558, %532) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                scf.yield %549, %559, %560, %561 : i64, vector<4xf32>, vector<4xf32>, vector<4xf32>
              }
              scf.yield %533#1, %533#2, %533#3 : vector<4xf32>, vector<4xf32>, vector<4xf32>
            }
            %562 = arith.muli %100, %58 : i64
            %563 = arith.addi %330, %562 : i64
            %564 = arith.muli %563, %8 : i64
            %565 = arith.addi %564, %4 : i64
            %566 = llvm.getelementptr %30[%565] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %567 = llvm.load %566 {alignment = 4 : i64} : !llvm.ptr -> i32
            %568 = arith.extsi %567 : i32 to i64
            %569 = arith.addi %563, %4 : i64
            %570 = arith.muli %569, %8 : i64
            %571 = arith.addi %570, %4 : i64
            %572 = llvm.getelementptr %30[%571] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %573 = llvm.load %572 {alignment = 4 : i64} : !llvm.ptr -> i32
            %574 = arith.extsi %573 : i32 to i64
            %575 = arith.subi %574, %568 : i64
            %576 = arith.muli %568, %79 : i64
            %577 = arith.addi %576, %492 : i64
            %578 = llvm.call @silu_4(%504#0) : (vector<4xf32>) -> vector<4xf32>
            %579 = llvm.getelementptr %173[%577] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %578, %579 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %580 = arith.addi %492, %15 : i64
            %581 = arith.muli %568, %79 : i64
            %582 = arith.addi %581, %580 : i64
            %583 = llvm.call @silu_4(%504#1) : (vector<4xf32>) -> vector<4xf32>
            %584 = llvm.getelementptr %173[%582] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %583, %584 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %585 = arith.addi %492, %31 : i64
            %586 = arith.muli %568, %79 : i64
            %587 = arith.addi %586, %585 : i64
            %588 = llvm.call @silu_4(%504#2) : (vector<4xf32>) -> vector<4xf32>
            %589 = llvm.getelementptr %173[%587] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %588, %589 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          scf.for %590 = %365 to %370 step %31 : i64 {
            %592 = arith.divui %590, %15 : i64
            %593 = arith.muli %592, %73 : i64
            %594 = llvm.getelementptr %171[%593] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %595 = arith.addi %592, %4 : i64
            %596 = arith.muli %595, %73 : i64
            %597 = llvm.getelementptr %171[%596] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %598 = arith.subi %590, %178 : i64
            %599:2 = scf.if %329 -> (vector<4xf32>, vector<4xf32>) {
              %600 = arith.subi %340, %335 : i64
              %601 = arith.divui %600, %8 : i64
              %602 = arith.muli %601, %8 : i64
              %603 = arith.addi %335, %602 : i64
              %609:4 = scf.for %604 = %335 to %603 step %8 iter_args(%605 = %182, %606 = %182, %607 = %182, %608 = %182) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
                %610 = llvm.getelementptr %26[%604] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %611 = llvm.load %610 {alignment = 4 : i64} : !llvm.ptr -> i32
                %612 = arith.extui %611 : i32 to i64
                %613 = llvm.getelementptr %22[%604] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %614 = llvm.load %613 {alignment = 4 : i64} : !llvm.ptr -> f32
                %615 = vector.broadcast %614 : f32 to vector<4xf32>
                %616 = arith.muli %612, %15 : i64
                %617 = llvm.getelementptr %594[%616] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %618 = llvm.load %617 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %619 = arith.muli %612, %15 : i64
                %620 = llvm.getelementptr %597[%619] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %621 = llvm.load %620 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %622 = llvm.intr.fmuladd(%615, %618, %605) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %623 = llvm.intr.fmuladd(%615, %621, %606) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %624 = arith.addi %604, %4 : i64
                %625 = llvm.getelementptr %26[%624] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %626 = llvm.load %625 {alignment = 4 : i64} : !llvm.ptr -> i32
                %627 = arith.extui %626 : i32 to i64
                %628 = llvm.getelementptr %22[%624] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %629 = llvm.load %628 {alignment = 4 : i64} : !llvm.ptr -> f32
                %630 = vector.broadcast %629 : f32 to vector<4xf32>
                %631 = arith.muli %627, %15 : i64
                %632 = llvm.getelementptr %594[%631] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %633 = llvm.load %632 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %634 = arith.muli %627, %15 : i64
                %635 = llvm.getelementptr %597[%634] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %636 = llvm.load %635 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %637 = llvm.intr.fmuladd(%630, %633, %607) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %638 = llvm.intr.fmuladd(%630, %636, %608) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                scf.yield %622, %623, %637, %638 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
              }
              %639 = arith.addf %609#0, %609#2 : vector<4xf32>
              %640 = arith.addf %609#1, %609#3 : vector<4xf32>
              %644:2 = scf.for %641 = %603 to %340 step %4 iter_args(%642 = %639, %643 = %640) -> (vector<4xf32>, vector<4xf32>) : i64 {
                %645 = llvm.getelementptr %26[%641] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %646 = llvm.load %645 {alignment = 4 : i64} : !llvm.ptr -> i32
                %647 = arith.extui %646 : i32 to i64
                %648 = llvm.getelementptr %22[%641] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %649 = llvm.load %648 {alignment = 4 : i64} : !llvm.ptr -> f32
                %650 = vector.broadcast %649 : f32 to vector<4xf32>
                %651 = arith.muli %647, %15 : i64
                %652 = llvm.getelementptr %594[%651] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %653 = llvm.load %652 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %654 = arith.muli %647, %15 : i64
                %655 = llvm.getelementptr %597[%654] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %656 = llvm.load %655 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %657 = llvm.intr.fmuladd(%650, %653, %642) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %658 = llvm.intr.fmuladd(%650, %656, %643) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                scf.yield %657, %658 : vector<4xf32>, vector<4xf32>
              }
              scf.yield %644#0, %644#1 : vector<4xf32>, vector<4xf32>
            } else {
              %663:3 = scf.for %659 = %0 to %52 step %4 iter_args(%660 = %335, %661 = %182, %662 = %182) -> (i64, vector<4xf32>, vector<4xf32>) : i64 {
                %664 = arith.constant -1 : i64
                %665 = arith.addi %340, %664 : i64
                %666 = arith.minsi %660, %665 : i64
                %667 = arith.maxsi %666, %0 : i64
                %668 = arith.cmpi slt, %660, %340 : i64
                %669 = llvm.getelementptr %26[%667] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %670 = llvm.load %669 {alignment = 4 : i64} : !llvm.ptr -> i32
                %671 = arith.extui %670 : i32 to i64
                %672 = arith.cmpi eq, %671, %659 : i64
                %673 = arith.andi %668, %672 : i1
                %674 = llvm.getelementptr %22[%667] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %675 = llvm.load %674 {alignment = 4 : i64} : !llvm.ptr -> f32
                %676 = vector.broadcast %675 : f32 to vector<4xf32>
                %677 = arith.select %673, %676, %182 : vector<4xf32>
                %678 = arith.extui %673 : i1 to i64
                %679 = arith.addi %660, %678 : i64
                %680 = arith.muli %659, %15 : i64
                %681 = llvm.getelementptr %594[%680] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %682 = llvm.load %681 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %683 = arith.muli %659, %15 : i64
                %684 = llvm.getelementptr %597[%683] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %685 = llvm.load %684 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %686 = llvm.intr.fmuladd(%677, %682, %661) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %687 = llvm.intr.fmuladd(%677, %685, %662) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                scf.yield %679, %686, %687 : i64, vector<4xf32>, vector<4xf32>
              }
              scf.yield %663#1, %663#2 : vector<4xf32>, vector<4xf32>
            }
            %688 = arith.muli %100, %58 : i64
            %689 = arith.addi %330, %688 : i64
            %690 = arith.muli %689, %8 : i64
            %691 = arith.addi %690, %4 : i64
            %692 = llvm.getelementptr %30[%691] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %693 = llvm.load %692 {alignment = 4 : i64} : !llvm.ptr -> i32
            %694 = arith.extsi %693 : i32 to i64
            %695 = arith.addi %689, %4 : i64
            %696 = arith.muli %695, %8 : i64
            %697 = arith.addi %696, %4 : i64
            %698 = llvm.getelementptr %30[%697] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %699 = llvm.load %698 {alignment = 4 : i64} : !llvm.ptr -> i32
            %700 = arith.extsi %699 : i32 to i64
            %701 = arith.subi %700, %694 : i64
            %702 = arith.muli %694, %79 : i64
            %703 = arith.addi %702, %590 : i64
            %704 = llvm.call @silu_4(%599#0) : (vector<4xf32>) -> vector<4xf32>
            %705 = llvm.getelementptr %173[%703] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %704, %705 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
            %706 = arith.addi %590, %15 : i64
            %707 = arith.muli %694, %79 : i64
            %708 = arith.addi %707, %706 : i64
            %709 = llvm.call @silu_4(%599#1) : (vector<4xf32>) -> vector<4xf32>
            %710 = llvm.getelementptr %173[%708] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %709, %710 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          scf.for %711 = %370 to %374 step %15 : i64 {
            %713 = arith.divui %711, %15 : i64
            %714 = arith.muli %713, %73 : i64
            %715 = llvm.getelementptr %171[%714] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %716 = arith.subi %711, %178 : i64
            %717 = scf.if %329 -> (vector<4xf32>) {
              %718 = arith.subi %340, %335 : i64
              %719 = arith.divui %718, %15 : i64
              %720 = arith.muli %719, %15 : i64
              %721 = arith.addi %335, %720 : i64
              %727:4 = scf.for %722 = %335 to %721 step %15 iter_args(%723 = %182, %724 = %182, %725 = %182, %726 = %182) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
                %728 = llvm.getelementptr %26[%722] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %729 = llvm.load %728 {alignment = 4 : i64} : !llvm.ptr -> i32
                %730 = arith.extui %729 : i32 to i64
                %731 = llvm.getelementptr %22[%722] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %732 = llvm.load %731 {alignment = 4 : i64} : !llvm.ptr -> f32
                %733 = vector.broadcast %732 : f32 to vector<4xf32>
                %734 = arith.muli %730, %15 : i64
                %735 = llvm.getelementptr %715[%734] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %736 = llvm.load %735 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %737 = llvm.intr.fmuladd(%733, %736, %723) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %738 = arith.addi %722, %4 : i64
                %739 = llvm.getelementptr %26[%738] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %740 = llvm.load %739 {alignment = 4 : i64} : !llvm.ptr -> i32
                %741 = arith.extui %740 : i32 to i64
                %742 = llvm.getelementptr %22[%738] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %743 = llvm.load %742 {alignment = 4 : i64} : !llvm.ptr -> f32
                %744 = vector.broadcast %743 : f32 to vector<4xf32>
                %745 = arith.muli %741, %15 : i64
                %746 = llvm.getelementptr %715[%745] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %747 = llvm.load %746 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %748 = llvm.intr.fmuladd(%744, %747, %724) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %749 = arith.addi %722, %8 : i64
                %750 = llvm.getelementptr %26[%749] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %751 = llvm.load %750 {alignment = 4 : i64} : !llvm.ptr -> i32
                %752 = arith.extui %751 : i32 to i64
                %753 = llvm.getelementptr %22[%749] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %754 = llvm.load %753 {alignment = 4 : i64} : !llvm.ptr -> f32
                %755 = vector.broadcast %754 : f32 to vector<4xf32>
                %756 = arith.muli %752, %15 : i64
                %757 = llvm.getelementptr %715[%756] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %758 = llvm.load %757 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %759 = llvm.intr.fmuladd(%755, %758, %725) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %760 = arith.addi %722, %11 : i64
                %761 = llvm.getelementptr %26[%760] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %762 = llvm.load %761 {alignment = 4 : i64} : !llvm.ptr -> i32
                %763 = arith.extui %762 : i32 to i64
                %764 = llvm.getelementptr %22[%760] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %765 = llvm.load %764 {alignment = 4 : i64} : !llvm.ptr -> f32
                %766 = vector.broadcast %765 : f32 to vector<4xf32>
                %767 = arith.muli %763, %15 : i64
                %768 = llvm.getelementptr %715[%767] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %769 = llvm.load %768 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %770 = llvm.intr.fmuladd(%766, %769, %726) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                scf.yield %737, %748, %759, %770 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
              }
              %771 = arith.addf %727#0, %727#1 : vector<4xf32>
              %772 = arith.addf %771, %727#2 : vector<4xf32>
              %773 = arith.addf %772, %727#3 : vector<4xf32>
              %776 = scf.for %774 = %721 to %340 step %4 iter_args(%775 = %773) -> (vector<4xf32>) : i64 {
                %777 = llvm.getelementptr %26[%774] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %778 = llvm.load %777 {alignment = 4 : i64} : !llvm.ptr -> i32
                %779 = arith.extui %778 : i32 to i64
                %780 = llvm.getelementptr %22[%774] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %781 = llvm.load %780 {alignment = 4 : i64} : !llvm.ptr -> f32
                %782 = vector.broadcast %781 : f32 to vector<4xf32>
                %783 = arith.muli %779, %15 : i64
                %784 = llvm.getelementptr %715[%783] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %785 = llvm.load %784 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %786 = llvm.intr.fmuladd(%782, %785, %775) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                scf.yield %786 : vector<4xf32>
              }
              scf.yield %776 : vector<4xf32>
            } else {
              %790:2 = scf.for %787 = %0 to %52 step %4 iter_args(%788 = %335, %789 = %182) -> (i64, vector<4xf32>) : i64 {
                %791 = arith.constant -1 : i64
                %792 = arith.addi %340, %791 : i64
                %793 = arith.minsi %788, %792 : i64
                %794 = arith.maxsi %793, %0 : i64
                %795 = arith.cmpi slt, %788, %340 : i64
                %796 = llvm.getelementptr %26[%794] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %797 = llvm.load %796 {alignment = 4 : i64} : !llvm.ptr -> i32
                %798 = arith.extui %797 : i32 to i64
                %799 = arith.cmpi eq, %798, %787 : i64
                %800 = arith.andi %795, %799 : i1
                %801 = llvm.getelementptr %22[%794] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %802 = llvm.load %801 {alignment = 4 : i64} : !llvm.ptr -> f32
                %803 = vector.broadcast %802 : f32 to vector<4xf32>
                %804 = arith.select %800, %803, %182 : vector<4xf32>
                %805 = arith.extui %800 : i1 to i64
                %806 = arith.addi %788, %805 : i64
                %807 = arith.muli %787, %15 : i64
                %808 = llvm.getelementptr %715[%807] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %809 = llvm.load %808 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %810 = llvm.intr.fmuladd(%804, %809, %789) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                scf.yield %806, %810 : i64, vector<4xf32>
              }
              scf.yield %790#1 : vector<4xf32>
            }
            %811 = arith.muli %100, %58 : i64
            %812 = arith.addi %330, %811 : i64
            %813 = arith.muli %812, %8 : i64
            %814 = arith.addi %813, %4 : i64
            %815 = llvm.getelementptr %30[%814] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %816 = llvm.load %815 {alignment = 4 : i64} : !llvm.ptr -> i32
            %817 = arith.extsi %816 : i32 to i64
            %818 = arith.addi %812, %4 : i64
            %819 = arith.muli %818, %8 : i64
            %820 = arith.addi %819, %4 : i64
            %821 = llvm.getelementptr %30[%820] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %822 = llvm.load %821 {alignment = 4 : i64} : !llvm.ptr -> i32
            %823 = arith.extsi %822 : i32 to i64
            %824 = arith.subi %823, %817 : i64
            %825 = arith.muli %817, %79 : i64
            %826 = arith.addi %825, %711 : i64
            %827 = llvm.call @silu_4(%717) : (vector<4xf32>) -> vector<4xf32>
            %828 = llvm.getelementptr %173[%826] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %827, %828 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          scf.for %829 = %374 to %181 step %15 : i64 {
            %831 = arith.subi %181, %829 : i64
            %832 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
            %833 = vector.broadcast %831 : i64 to vector<4xi64>
            %834 = arith.cmpi slt, %832, %833 : vector<4xi64>
            %835 = arith.divui %829, %15 : i64
            %836 = arith.muli %835, %73 : i64
            %837 = llvm.getelementptr %171[%836] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            %838 = arith.subi %829, %178 : i64
            %839 = scf.if %329 -> (vector<4xf32>) {
              %840 = arith.subi %340, %335 : i64
              %841 = arith.divui %840, %15 : i64
              %842 = arith.muli %841, %15 : i64
              %843 = arith.addi %335, %842 : i64
              %849:4 = scf.for %844 = %335 to %843 step %15 iter_args(%845 = %182, %846 = %182, %847 = %182, %848 = %182) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
                %850 = llvm.getelementptr %26[%844] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %851 = llvm.load %850 {alignment = 4 : i64} : !llvm.ptr -> i32
                %852 = arith.extui %851 : i32 to i64
                %853 = llvm.getelementptr %22[%844] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %854 = llvm.load %853 {alignment = 4 : i64} : !llvm.ptr -> f32
                %855 = vector.broadcast %854 : f32 to vector<4xf32>
                %856 = arith.muli %852, %15 : i64
                %857 = llvm.getelementptr %837[%856] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %858 = llvm.load %857 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %859 = llvm.intr.fmuladd(%855, %858, %845) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %860 = arith.addi %844, %4 : i64
                %861 = llvm.getelementptr %26[%860] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %862 = llvm.load %861 {alignment = 4 : i64} : !llvm.ptr -> i32
                %863 = arith.extui %862 : i32 to i64
                %864 = llvm.getelementptr %22[%860] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %865 = llvm.load %864 {alignment = 4 : i64} : !llvm.ptr -> f32
                %866 = vector.broadcast %865 : f32 to vector<4xf32>
                %867 = arith.muli %863, %15 : i64
                %868 = llvm.getelementptr %837[%867] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %869 = llvm.load %868 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %870 = llvm.intr.fmuladd(%866, %869, %846) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %871 = arith.addi %844, %8 : i64
                %872 = llvm.getelementptr %26[%871] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %873 = llvm.load %872 {alignment = 4 : i64} : !llvm.ptr -> i32
                %874 = arith.extui %873 : i32 to i64
                %875 = llvm.getelementptr %22[%871] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %876 = llvm.load %875 {alignment = 4 : i64} : !llvm.ptr -> f32
                %877 = vector.broadcast %876 : f32 to vector<4xf32>
                %878 = arith.muli %874, %15 : i64
                %879 = llvm.getelementptr %837[%878] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %880 = llvm.load %879 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %881 = llvm.intr.fmuladd(%877, %880, %847) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                %882 = arith.addi %844, %11 : i64
                %883 = llvm.getelementptr %26[%882] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %884 = llvm.load %883 {alignment = 4 : i64} : !llvm.ptr -> i32
                %885 = arith.extui %884 : i32 to i64
                %886 = llvm.getelementptr %22[%882] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %887 = llvm.load %886 {alignment = 4 : i64} : !llvm.ptr -> f32
                %888 = vector.broadcast %887 : f32 to vector<4xf32>
                %889 = arith.muli %885, %15 : i64
                %890 = llvm.getelementptr %837[%889] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %891 = llvm.load %890 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %892 = llvm.intr.fmuladd(%888, %891, %848) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                scf.yield %859, %870, %881, %892 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
              }
              %893 = arith.addf %849#0, %849#1 : vector<4xf32>
              %894 = arith.addf %893, %849#2 : vector<4xf32>
              %895 = arith.addf %894, %849#3 : vector<4xf32>
              %898 = scf.for %896 = %843 to %340 step %4 iter_args(%897 = %895) -> (vector<4xf32>) : i64 {
                %899 = llvm.getelementptr %26[%896] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %900 = llvm.load %899 {alignment = 4 : i64} : !llvm.ptr -> i32
                %901 = arith.extui %900 : i32 to i64
                %902 = llvm.getelementptr %22[%896] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %903 = llvm.load %902 {alignment = 4 : i64} : !llvm.ptr -> f32
                %904 = vector.broadcast %903 : f32 to vector<4xf32>
                %905 = arith.muli %901, %15 : i64
                %906 = llvm.getelementptr %837[%905] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %907 = llvm.load %906 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %908 = llvm.intr.fmuladd(%904, %907, %897) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                scf.yield %908 : vector<4xf32>
              }
              scf.yield %898 : vector<4xf32>
            } else {
              %912:2 = scf.for %909 = %0 to %52 step %4 iter_args(%910 = %335, %911 = %182) -> (i64, vector<4xf32>) : i64 {
                %913 = arith.constant -1 : i64
                %914 = arith.addi %340, %913 : i64
                %915 = arith.minsi %910, %914 : i64
                %916 = arith.maxsi %915, %0 : i64
                %917 = arith.cmpi slt, %910, %340 : i64
                %918 = llvm.getelementptr %26[%916] : (!llvm.ptr, i64) -> !llvm.ptr, i32
                %919 = llvm.load %918 {alignment = 4 : i64} : !llvm.ptr -> i32
                %920 = arith.extui %919 : i32 to i64
                %921 = arith.cmpi eq, %920, %909 : i64
                %922 = arith.andi %917, %921 : i1
                %923 = llvm.getelementptr %22[%916] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %924 = llvm.load %923 {alignment = 4 : i64} : !llvm.ptr -> f32
                %925 = vector.broadcast %924 : f32 to vector<4xf32>
                %926 = arith.select %922, %925, %182 : vector<4xf32>
                %927 = arith.extui %922 : i1 to i64
                %928 = arith.addi %910, %927 : i64
                %929 = arith.muli %909, %15 : i64
                %930 = llvm.getelementptr %837[%929] : (!llvm.ptr, i64) -> !llvm.ptr, f32
                %931 = llvm.load %930 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
                %932 = llvm.intr.fmuladd(%926, %931, %911) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
                scf.yield %928, %932 : i64, vector<4xf32>
              }
              scf.yield %912#1 : vector<4xf32>
            }
            %933 = arith.muli %100, %58 : i64
            %934 = arith.addi %330, %933 : i64
            %935 = arith.muli %934, %8 : i64
            %936 = arith.addi %935, %4 : i64
            %937 = llvm.getelementptr %30[%936] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %938 = llvm.load %937 {alignment = 4 : i64} : !llvm.ptr -> i32
            %939 = arith.extsi %938 : i32 to i64
            %940 = arith.addi %934, %4 : i64
            %941 = arith.muli %940, %8 : i64
            %942 = arith.addi %941, %4 : i64
            %943 = llvm.getelementptr %30[%942] : (!llvm.ptr, i64) -> !llvm.ptr, i32
            %944 = llvm.load %943 {alignment = 4 : i64} : !llvm.ptr -> i32
            %945 = arith.extsi %944 : i32 to i64
            %946 = arith.subi %945, %939 : i64
            %947 = arith.muli %939, %79 : i64
            %948 = arith.addi %947, %829 : i64
            %949 = llvm.call @silu_4(%839) : (vector<4xf32>) -> vector<4xf32>
            %950 = llvm.getelementptr %173[%948] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.intr.masked.store %949, %950, %834 {alignment = 4 : i32} : vector<4xf32>, vector<4xi1> into !llvm.ptr
          }
        }
      }
    }
    llvm.return
  }
  llvm.func @vblock_1x1_f32_i32_panels_features_silu_parallel(%arg0: !llvm.ptr) {
    %951 = arith.constant 0 : i64
    %952 = llvm.getelementptr %arg0[%951] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %953 = llvm.load %952 {alignment = 8 : i64} : !llvm.ptr -> i64
    %954 = llvm.inttoptr %953 : i64 to !llvm.ptr
    %955 = arith.constant 1 : i64
    %956 = llvm.getelementptr %arg0[%955] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %957 = llvm.load %956 {alignment = 8 : i64} : !llvm.ptr -> i64
    %958 = llvm.inttoptr %957 : i64 to !llvm.ptr
    %959 = arith.constant 2 : i64
    %960 = llvm.getelementptr %arg0[%959] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %961 = llvm.load %960 {alignment = 8 : i64} : !llvm.ptr -> i64
    %962 = llvm.call %954() : !llvm.ptr, () -> i32
    %963 = arith.extsi %962 : i32 to i64
    %964 = llvm.call %958() : !llvm.ptr, () -> i32
    %965 = arith.extsi %964 : i32 to i64
    scf.for %966 = %963 to %961 step %965 : i64 {
      llvm.call @vblock_1x1_f32_i32_panels_features_silu(%arg0, %966) : (!llvm.ptr, i64) -> ()
    }
    llvm.return
  }
  llvm.func @vblock_1x1_f32_i32_panels_features_silu_entries(%arg0: !llvm.ptr) {
    %968 = llvm.mlir.addressof @vblock_1x1_f32_i32_panels_features_silu : !llvm.ptr
    %969 = arith.constant 0 : i64
    %970 = llvm.getelementptr %arg0[%969] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %968, %970 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %971 = llvm.mlir.addressof @vblock_1x1_f32_i32_panels_features_silu_parallel : !llvm.ptr
    %972 = arith.constant 1 : i64
    %973 = llvm.getelementptr %arg0[%972] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %971, %973 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
  llvm.func internal @silu_4(%arg0: vector<4xf32>) -> vector<4xf32> attributes {no_inline} {
    %974 = arith.constant dense<1.000000000e+00> : vector<4xf32>
    %975 = arith.constant dense<0.000000000e+00> : vector<4xf32>
    %976 = arith.subf %975, %arg0 : vector<4xf32>
    %977 = arith.constant dense<8.837626266e+01> : vector<4xf32>
    %978 = arith.minimumf %976, %977 : vector<4xf32>
    %979 = arith.constant dense<-8.733654475e+01> : vector<4xf32>
    %980 = arith.maximumf %978, %979 : vector<4xf32>
    %981 = arith.constant dense<1.258291200e+07> : vector<4xf32>
    %982 = arith.constant dense<1.442695041e+00> : vector<4xf32>
    %983 = llvm.intr.fmuladd(%980, %982, %981) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %984 = arith.subf %983, %981 : vector<4xf32>
    %985 = arith.constant dense<-6.931457520e-01> : vector<4xf32>
    %986 = llvm.intr.fmuladd(%984, %985, %980) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %987 = arith.constant dense<-1.428606765e-06> : vector<4xf32>
    %988 = llvm.intr.fmuladd(%984, %987, %986) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %989 = arith.constant dense<1.984126984e-04> : vector<4xf32>
    %990 = arith.constant dense<1.388888889e-03> : vector<4xf32>
    %991 = llvm.intr.fmuladd(%989, %988, %990) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %992 = arith.constant dense<8.333333333e-03> : vector<4xf32>
    %993 = llvm.intr.fmuladd(%991, %988, %992) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %994 = arith.constant dense<4.166666667e-02> : vector<4xf32>
    %995 = llvm.intr.fmuladd(%993, %988, %994) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %996 = arith.constant dense<1.666666667e-01> : vector<4xf32>
    %997 = llvm.intr.fmuladd(%995, %988, %996) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %998 = arith.constant dense<5.000000000e-01> : vector<4xf32>
    %999 = llvm.intr.fmuladd(%997, %988, %998) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %1000 = llvm.intr.fmuladd(%999, %988, %974) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %1001 = llvm.intr.fmuladd(%1000, %988, %974) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %1002 = arith.bitcast %983 : vector<4xf32> to vector<4xi32>
    %1003 = arith.constant dense<23> : vector<4xi32>
    %1004 = arith.shli %1002, %1003 : vector<4xi32>
    %1005 = arith.bitcast %1001 : vector<4xf32> to vector<4xi32>
    %1006 = arith.addi %1005, %1004 : vector<4xi32>
    %1007 = arith.bitcast %1006 : vector<4xi32> to vector<4xf32>
    %1008 = llvm.intr.fmuladd(%988, %975, %1007) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %1009 = arith.constant dense<8.872280000e+01> : vector<4xf32>
    %1010 = arith.cmpf ogt, %976, %1009 : vector<4xf32>
    %1011 = arith.constant dense<0x7F800000> : vector<4xf32>
    %1012 = arith.select %1010, %1011, %1008 : vector<4xi1>, vector<4xf32>
    %1013 = arith.addf %974, %1012 : vector<4xf32>
    %1014 = arith.divf %arg0, %1013 : vector<4xf32>
    llvm.return %1014 : vector<4xf32>
  }
}
