module {
  llvm.func @pack_tokens(%arg0: !llvm.ptr, %arg1: i64) {
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
    %22 = arith.constant 6 : i64
    %23 = llvm.getelementptr %arg0[%22] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %24 = llvm.load %23 {alignment = 8 : i64} : !llvm.ptr -> i64
    %25 = arith.constant 7 : i64
    %26 = llvm.getelementptr %arg0[%25] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %27 = llvm.load %26 {alignment = 8 : i64} : !llvm.ptr -> i64
    %28 = arith.constant 8 : i64
    %29 = llvm.getelementptr %arg0[%28] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %30 = llvm.load %29 {alignment = 8 : i64} : !llvm.ptr -> i64
    %31 = arith.constant 9 : i64
    %32 = llvm.getelementptr %arg0[%31] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %33 = llvm.load %32 {alignment = 8 : i64} : !llvm.ptr -> i64
    %34 = arith.ceildivsi %24, %15 : i64
    %35 = arith.muli %34, %21 : i64
    %36 = arith.muli %35, %arg1 : i64
    %37 = arith.divui %36, %10 : i64
    %38 = arith.addi %arg1, %4 : i64
    %39 = arith.muli %35, %38 : i64
    %40 = arith.divui %39, %10 : i64
    scf.for %41 = %37 to %40 step %4 : i64 {
      %43 = arith.divui %41, %34 : i64
      %44 = arith.muli %43, %34 : i64
      %45 = arith.subi %41, %44 : i64
      %46 = arith.muli %45, %15 : i64
      %47 = arith.muli %27, %15 : i64
      %48 = arith.muli %41, %47 : i64
      %49 = llvm.getelementptr %18[%48] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %50 = arith.muli %43, %33 : i64
      %51 = llvm.getelementptr %14[%50] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %52 = arith.divui %27, %15 : i64
      %53 = arith.muli %52, %15 : i64
      %54 = arith.subi %24, %46 : i64
      %55 = arith.muli %46, %30 : i64
      %56 = llvm.getelementptr %51[%55] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %57 = arith.cmpi sge, %54, %15 : i64
      scf.if %57 {
        scf.for %58 = %0 to %53 step %15 : i64 {
          %60 = arith.subi %27, %58 : i64
          %61 = arith.muli %30, %0 : i64
          %62 = arith.addi %61, %58 : i64
          %63 = llvm.getelementptr %56[%62] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %64 = llvm.load %63 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
          %65 = arith.addi %30, %58 : i64
          %66 = llvm.getelementptr %56[%65] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %67 = llvm.load %66 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
          %68 = arith.muli %30, %8 : i64
          %69 = arith.addi %68, %58 : i64
          %70 = llvm.getelementptr %56[%69] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %71 = llvm.load %70 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
          %72 = arith.muli %30, %11 : i64
          %73 = arith.addi %72, %58 : i64
          %74 = llvm.getelementptr %56[%73] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %75 = llvm.load %74 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
          %76 = vector.shuffle %64, %67 [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
          %77 = vector.shuffle %64, %67 [2, 6, 3, 7] : vector<4xf32>, vector<4xf32>
          %78 = vector.shuffle %71, %75 [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
          %79 = vector.shuffle %71, %75 [2, 6, 3, 7] : vector<4xf32>, vector<4xf32>
          %80 = vector.shuffle %76, %78 [0, 1, 4, 5] : vector<4xf32>, vector<4xf32>
          %81 = vector.shuffle %76, %78 [2, 3, 6, 7] : vector<4xf32>, vector<4xf32>
          %82 = vector.shuffle %77, %79 [0, 1, 4, 5] : vector<4xf32>, vector<4xf32>
          %83 = vector.shuffle %77, %79 [2, 3, 6, 7] : vector<4xf32>, vector<4xf32>
          %84 = arith.muli %58, %15 : i64
          %85 = llvm.getelementptr %49[%84] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          llvm.store %80, %85 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          %86 = arith.addi %58, %4 : i64
          %87 = arith.muli %86, %15 : i64
          %88 = llvm.getelementptr %49[%87] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          llvm.store %81, %88 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          %89 = arith.addi %58, %8 : i64
          %90 = arith.muli %89, %15 : i64
          %91 = llvm.getelementptr %49[%90] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          llvm.store %82, %91 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          %92 = arith.addi %58, %11 : i64
          %93 = arith.muli %92, %15 : i64
          %94 = llvm.getelementptr %49[%93] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          llvm.store %83, %94 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
        }
        scf.for %95 = %53 to %27 step %15 : i64 {
          %97 = arith.subi %27, %95 : i64
          %98 = arith.muli %30, %0 : i64
          %99 = arith.addi %98, %95 : i64
          %100 = llvm.getelementptr %56[%99] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %101 = arith.cmpi sgt, %15, %0 : i64
          %102 = arith.select %101, %97, %0 : i64
          %103 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
          %104 = vector.broadcast %102 : i64 to vector<4xi64>
          %105 = arith.cmpi slt, %103, %104 : vector<4xi64>
          %106 = arith.constant dense<0.000000000e+00> : vector<4xf32>
          %107 = llvm.intr.masked.load %100, %105, %106 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
          %108 = arith.addi %30, %95 : i64
          %109 = llvm.getelementptr %56[%108] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %110 = arith.cmpi sgt, %15, %4 : i64
          %111 = arith.select %110, %97, %0 : i64
          %112 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
          %113 = vector.broadcast %111 : i64 to vector<4xi64>
          %114 = arith.cmpi slt, %112, %113 : vector<4xi64>
          %115 = llvm.intr.masked.load %109, %114, %106 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
          %116 = arith.muli %30, %8 : i64
          %117 = arith.addi %116, %95 : i64
          %118 = llvm.getelementptr %56[%117] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %119 = arith.cmpi sgt, %15, %8 : i64
          %120 = arith.select %119, %97, %0 : i64
          %121 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
          %122 = vector.broadcast %120 : i64 to vector<4xi64>
          %123 = arith.cmpi slt, %121, %122 : vector<4xi64>
          %124 = llvm.intr.masked.load %118, %123, %106 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
          %125 = arith.muli %30, %11 : i64
          %126 = arith.addi %125, %95 : i64
          %127 = llvm.getelementptr %56[%126] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %128 = arith.cmpi sgt, %15, %11 : i64
          %129 = arith.select %128, %97, %0 : i64
          %130 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
          %131 = vector.broadcast %129 : i64 to vector<4xi64>
          %132 = arith.cmpi slt, %130, %131 : vector<4xi64>
          %133 = llvm.intr.masked.load %127, %132, %106 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
          %134 = vector.shuffle %107, %115 [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
          %135 = vector.shuffle %107, %115 [2, 6, 3, 7] : vector<4xf32>, vector<4xf32>
          %136 = vector.shuffle %124, %133 [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
          %137 = vector.shuffle %124, %133 [2, 6, 3, 7] : vector<4xf32>, vector<4xf32>
          %138 = vector.shuffle %134, %136 [0, 1, 4, 5] : vector<4xf32>, vector<4xf32>
          %139 = vector.shuffle %134, %136 [2, 3, 6, 7] : vector<4xf32>, vector<4xf32>
          %140 = vector.shuffle %135, %137 [0, 1, 4, 5] : vector<4xf32>, vector<4xf32>
          %141 = vector.shuffle %135, %137 [2, 3, 6, 7] : vector<4xf32>, vector<4xf32>
          %142 = arith.cmpi sgt, %97, %0 : i64
          scf.if %142 {
            %143 = arith.muli %95, %15 : i64
            %144 = llvm.getelementptr %49[%143] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %138, %144 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          %145 = arith.cmpi sgt, %97, %4 : i64
          scf.if %145 {
            %146 = arith.addi %95, %4 : i64
            %147 = arith.muli %146, %15 : i64
            %148 = llvm.getelementptr %49[%147] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %139, %148 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          %149 = arith.cmpi sgt, %97, %8 : i64
          scf.if %149 {
            %150 = arith.addi %95, %8 : i64
            %151 = arith.muli %150, %15 : i64
            %152 = llvm.getelementptr %49[%151] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %140, %152 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          %153 = arith.cmpi sgt, %97, %11 : i64
          scf.if %153 {
            %154 = arith.addi %95, %11 : i64
            %155 = arith.muli %154, %15 : i64
            %156 = llvm.getelementptr %49[%155] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %141, %156 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
        }
      }
      %157 = arith.cmpi slt, %54, %15 : i64
      scf.if %157 {
        scf.for %158 = %0 to %27 step %15 : i64 {
          %160 = arith.subi %27, %158 : i64
          %161 = arith.muli %30, %0 : i64
          %162 = arith.addi %161, %158 : i64
          %163 = llvm.getelementptr %56[%162] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %164 = arith.cmpi sgt, %54, %0 : i64
          %165 = arith.select %164, %160, %0 : i64
          %166 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
          %167 = vector.broadcast %165 : i64 to vector<4xi64>
          %168 = arith.cmpi slt, %166, %167 : vector<4xi64>
          %169 = arith.constant dense<0.000000000e+00> : vector<4xf32>
          %170 = llvm.intr.masked.load %163, %168, %169 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
          %171 = arith.addi %30, %158 : i64
          %172 = llvm.getelementptr %56[%171] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %173 = arith.cmpi sgt, %54, %4 : i64
          %174 = arith.select %173, %160, %0 : i64
          %175 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
          %176 = vector.broadcast %174 : i64 to vector<4xi64>
          %177 = arith.cmpi slt, %175, %176 : vector<4xi64>
          %178 = llvm.intr.masked.load %172, %177, %169 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
          %179 = arith.muli %30, %8 : i64
          %180 = arith.addi %179, %158 : i64
          %181 = llvm.getelementptr %56[%180] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %182 = arith.cmpi sgt, %54, %8 : i64
          %183 = arith.select %182, %160, %0 : i64
          %184 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
          %185 = vector.broadcast %183 : i64 to vector<4xi64>
          %186 = arith.cmpi slt, %184, %185 : vector<4xi64>
          %187 = llvm.intr.masked.load %181, %186, %169 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
          %188 = arith.muli %30, %11 : i64
          %189 = arith.addi %188, %158 : i64
          %190 = llvm.getelementptr %56[%189] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %191 = arith.cmpi sgt, %54, %11 : i64
          %192 = arith.select %191, %160, %0 : i64
          %193 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
          %194 = vector.broadcast %192 : i64 to vector<4xi64>
          %195 = arith.cmpi slt, %193, %194 : vector<4xi64>
          %196 = llvm.intr.masked.load %190, %195, %169 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
          %197 = vector.shuffle %170, %178 [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
          %198 = vector.shuffle %170, %178 [2, 6, 3, 7] : vector<4xf32>, vector<4xf32>
          %199 = vector.shuffle %187, %196 [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
          %200 = vector.shuffle %187, %196 [2, 6, 3, 7] : vector<4xf32>, vector<4xf32>
          %201 = vector.shuffle %197, %199 [0, 1, 4, 5] : vector<4xf32>, vector<4xf32>
          %202 = vector.shuffle %197, %199 [2, 3, 6, 7] : vector<4xf32>, vector<4xf32>
          %203 = vector.shuffle %198, %200 [0, 1, 4, 5] : vector<4xf32>, vector<4xf32>
          %204 = vector.shuffle %198, %200 [2, 3, 6, 7] : vector<4xf32>, vector<4xf32>
          %205 = arith.cmpi sgt, %160, %0 : i64
          scf.if %205 {
            %206 = arith.muli %158, %15 : i64
            %207 = llvm.getelementptr %49[%206] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %201, %207 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          %208 = arith.cmpi sgt, %160, %4 : i64
          scf.if %208 {
            %209 = arith.addi %158, %4 : i64
            %210 = arith.muli %209, %15 : i64
            %211 = llvm.getelementptr %49[%210] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %202, %211 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          %212 = arith.cmpi sgt, %160, %8 : i64
          scf.if %212 {
            %213 = arith.addi %158, %8 : i64
            %214 = arith.muli %213, %15 : i64
            %215 = llvm.getelementptr %49[%214] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %203, %215 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          %216 = arith.cmpi sgt, %160, %11 : i64
          scf.if %216 {
            %217 = arith.addi %158, %11 : i64
            %218 = arith.muli %217, %15 : i64
            %219 = llvm.getelementptr %49[%218] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %204, %219 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
        }
      }
    }
    llvm.return
  }
  llvm.func @pack_tokens_parallel(%arg0: !llvm.ptr) {
    %220 = arith.constant 0 : i64
    %221 = llvm.getelementptr %arg0[%220] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %222 = llvm.load %221 {alignment = 8 : i64} : !llvm.ptr -> i64
    %223 = llvm.inttoptr %222 : i64 to !llvm.ptr
    %224 = arith.constant 1 : i64
    %225 = llvm.getelementptr %arg0[%224] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %226 = llvm.load %225 {alignment = 8 : i64} : !llvm.ptr -> i64
    %227 = llvm.inttoptr %226 : i64 to !llvm.ptr
    %228 = arith.constant 2 : i64
    %229 = llvm.getelementptr %arg0[%228] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %230 = llvm.load %229 {alignment = 8 : i64} : !llvm.ptr -> i64
    %231 = llvm.call %223() : !llvm.ptr, () -> i32
    %232 = arith.extsi %231 : i32 to i64
    %233 = llvm.call %227() : !llvm.ptr, () -> i32
    %234 = arith.extsi %233 : i32 to i64
    scf.for %235 = %232 to %230 step %234 : i64 {
      llvm.call @pack_tokens(%arg0, %235) : (!llvm.ptr, i64) -> ()
    }
    llvm.return
  }
  llvm.func @pack_tokens_entries(%arg0: !llvm.ptr) {
    %237 = llvm.mlir.addressof @pack_tokens : !llvm.ptr
    %238 = arith.constant 0 : i64
    %239 = llvm.getelementptr %arg0[%238] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %237, %239 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %240 = llvm.mlir.addressof @pack_tokens_parallel : !llvm.ptr
    %241 = arith.constant 1 : i64
    %242 = llvm.getelementptr %arg0[%241] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %240, %242 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
}
