module {
  llvm.func @pack(%arg0: !llvm.ptr, %arg1: i64) {
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
    %28 = arith.ceildivsi %21, %15 : i64
    %29 = arith.muli %28, %arg1 : i64
    %30 = arith.divui %29, %10 : i64
    %31 = arith.addi %arg1, %4 : i64
    %32 = arith.muli %28, %31 : i64
    %33 = arith.divui %32, %10 : i64
    %34 = arith.divui %24, %15 : i64
    %35 = arith.muli %34, %15 : i64
    scf.for %36 = %30 to %33 step %4 : i64 {
      %38 = arith.muli %36, %15 : i64
      %39 = arith.subi %21, %38 : i64
      %40 = arith.cmpi sge, %39, %15 : i64
      %41 = arith.muli %38, %24 : i64
      %42 = llvm.getelementptr %18[%41] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %43 = arith.muli %38, %27 : i64
      %44 = llvm.getelementptr %14[%43] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      scf.if %40 {
        scf.for %45 = %0 to %35 step %15 : i64 {
          %47 = arith.subi %24, %45 : i64
          %48 = arith.muli %27, %0 : i64
          %49 = arith.addi %48, %45 : i64
          %50 = llvm.getelementptr %44[%49] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %51 = llvm.load %50 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
          %52 = arith.addi %27, %45 : i64
          %53 = llvm.getelementptr %44[%52] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %54 = llvm.load %53 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
          %55 = arith.muli %27, %8 : i64
          %56 = arith.addi %55, %45 : i64
          %57 = llvm.getelementptr %44[%56] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %58 = llvm.load %57 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
          %59 = arith.muli %27, %11 : i64
          %60 = arith.addi %59, %45 : i64
          %61 = llvm.getelementptr %44[%60] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %62 = llvm.load %61 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
          %63 = vector.shuffle %51, %54 [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
          %64 = vector.shuffle %51, %54 [2, 6, 3, 7] : vector<4xf32>, vector<4xf32>
          %65 = vector.shuffle %58, %62 [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
          %66 = vector.shuffle %58, %62 [2, 6, 3, 7] : vector<4xf32>, vector<4xf32>
          %67 = vector.shuffle %63, %65 [0, 1, 4, 5] : vector<4xf32>, vector<4xf32>
          %68 = vector.shuffle %63, %65 [2, 3, 6, 7] : vector<4xf32>, vector<4xf32>
          %69 = vector.shuffle %64, %66 [0, 1, 4, 5] : vector<4xf32>, vector<4xf32>
          %70 = vector.shuffle %64, %66 [2, 3, 6, 7] : vector<4xf32>, vector<4xf32>
          %71 = arith.muli %45, %15 : i64
          %72 = llvm.getelementptr %42[%71] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          llvm.store %67, %72 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          %73 = arith.addi %45, %4 : i64
          %74 = arith.muli %73, %15 : i64
          %75 = llvm.getelementptr %42[%74] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          llvm.store %68, %75 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          %76 = arith.addi %45, %8 : i64
          %77 = arith.muli %76, %15 : i64
          %78 = llvm.getelementptr %42[%77] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          llvm.store %69, %78 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          %79 = arith.addi %45, %11 : i64
          %80 = arith.muli %79, %15 : i64
          %81 = llvm.getelementptr %42[%80] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          llvm.store %70, %81 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
        }
        scf.for %82 = %35 to %24 step %15 : i64 {
          %84 = arith.subi %24, %82 : i64
          %85 = arith.muli %27, %0 : i64
          %86 = arith.addi %85, %82 : i64
          %87 = llvm.getelementptr %44[%86] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %88 = arith.cmpi sgt, %15, %0 : i64
          %89 = arith.select %88, %84, %0 : i64
          %90 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
          %91 = vector.broadcast %89 : i64 to vector<4xi64>
          %92 = arith.cmpi slt, %90, %91 : vector<4xi64>
          %93 = arith.constant dense<0.000000000e+00> : vector<4xf32>
          %94 = llvm.intr.masked.load %87, %92, %93 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
          %95 = arith.addi %27, %82 : i64
          %96 = llvm.getelementptr %44[%95] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %97 = arith.cmpi sgt, %15, %4 : i64
          %98 = arith.select %97, %84, %0 : i64
          %99 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
          %100 = vector.broadcast %98 : i64 to vector<4xi64>
          %101 = arith.cmpi slt, %99, %100 : vector<4xi64>
          %102 = llvm.intr.masked.load %96, %101, %93 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
          %103 = arith.muli %27, %8 : i64
          %104 = arith.addi %103, %82 : i64
          %105 = llvm.getelementptr %44[%104] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %106 = arith.cmpi sgt, %15, %8 : i64
          %107 = arith.select %106, %84, %0 : i64
          %108 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
          %109 = vector.broadcast %107 : i64 to vector<4xi64>
          %110 = arith.cmpi slt, %108, %109 : vector<4xi64>
          %111 = llvm.intr.masked.load %105, %110, %93 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
          %112 = arith.muli %27, %11 : i64
          %113 = arith.addi %112, %82 : i64
          %114 = llvm.getelementptr %44[%113] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %115 = arith.cmpi sgt, %15, %11 : i64
          %116 = arith.select %115, %84, %0 : i64
          %117 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
          %118 = vector.broadcast %116 : i64 to vector<4xi64>
          %119 = arith.cmpi slt, %117, %118 : vector<4xi64>
          %120 = llvm.intr.masked.load %114, %119, %93 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
          %121 = vector.shuffle %94, %102 [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
          %122 = vector.shuffle %94, %102 [2, 6, 3, 7] : vector<4xf32>, vector<4xf32>
          %123 = vector.shuffle %111, %120 [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
          %124 = vector.shuffle %111, %120 [2, 6, 3, 7] : vector<4xf32>, vector<4xf32>
          %125 = vector.shuffle %121, %123 [0, 1, 4, 5] : vector<4xf32>, vector<4xf32>
          %126 = vector.shuffle %121, %123 [2, 3, 6, 7] : vector<4xf32>, vector<4xf32>
          %127 = vector.shuffle %122, %124 [0, 1, 4, 5] : vector<4xf32>, vector<4xf32>
          %128 = vector.shuffle %122, %124 [2, 3, 6, 7] : vector<4xf32>, vector<4xf32>
          %129 = arith.cmpi sgt, %84, %0 : i64
          scf.if %129 {
            %130 = arith.muli %82, %15 : i64
            %131 = llvm.getelementptr %42[%130] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %125, %131 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          %132 = arith.cmpi sgt, %84, %4 : i64
          scf.if %132 {
            %133 = arith.addi %82, %4 : i64
            %134 = arith.muli %133, %15 : i64
            %135 = llvm.getelementptr %42[%134] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %126, %135 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          %136 = arith.cmpi sgt, %84, %8 : i64
          scf.if %136 {
            %137 = arith.addi %82, %8 : i64
            %138 = arith.muli %137, %15 : i64
            %139 = llvm.getelementptr %42[%138] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %127, %139 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          %140 = arith.cmpi sgt, %84, %11 : i64
          scf.if %140 {
            %141 = arith.addi %82, %11 : i64
            %142 = arith.muli %141, %15 : i64
            %143 = llvm.getelementptr %42[%142] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %128, %143 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
        }
      }
      %144 = arith.cmpi slt, %39, %15 : i64
      scf.if %144 {
        scf.for %145 = %0 to %24 step %15 : i64 {
          %147 = arith.subi %24, %145 : i64
          %148 = arith.muli %27, %0 : i64
          %149 = arith.addi %148, %145 : i64
          %150 = llvm.getelementptr %44[%149] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %151 = arith.cmpi sgt, %39, %0 : i64
          %152 = arith.select %151, %147, %0 : i64
          %153 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
          %154 = vector.broadcast %152 : i64 to vector<4xi64>
          %155 = arith.cmpi slt, %153, %154 : vector<4xi64>
          %156 = arith.constant dense<0.000000000e+00> : vector<4xf32>
          %157 = llvm.intr.masked.load %150, %155, %156 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
          %158 = arith.addi %27, %145 : i64
          %159 = llvm.getelementptr %44[%158] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %160 = arith.cmpi sgt, %39, %4 : i64
          %161 = arith.select %160, %147, %0 : i64
          %162 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
          %163 = vector.broadcast %161 : i64 to vector<4xi64>
          %164 = arith.cmpi slt, %162, %163 : vector<4xi64>
          %165 = llvm.intr.masked.load %159, %164, %156 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
          %166 = arith.muli %27, %8 : i64
          %167 = arith.addi %166, %145 : i64
          %168 = llvm.getelementptr %44[%167] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %169 = arith.cmpi sgt, %39, %8 : i64
          %170 = arith.select %169, %147, %0 : i64
          %171 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
          %172 = vector.broadcast %170 : i64 to vector<4xi64>
          %173 = arith.cmpi slt, %171, %172 : vector<4xi64>
          %174 = llvm.intr.masked.load %168, %173, %156 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
          %175 = arith.muli %27, %11 : i64
          %176 = arith.addi %175, %145 : i64
          %177 = llvm.getelementptr %44[%176] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %178 = arith.cmpi sgt, %39, %11 : i64
          %179 = arith.select %178, %147, %0 : i64
          %180 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
          %181 = vector.broadcast %179 : i64 to vector<4xi64>
          %182 = arith.cmpi slt, %180, %181 : vector<4xi64>
          %183 = llvm.intr.masked.load %177, %182, %156 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
          %184 = vector.shuffle %157, %165 [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
          %185 = vector.shuffle %157, %165 [2, 6, 3, 7] : vector<4xf32>, vector<4xf32>
          %186 = vector.shuffle %174, %183 [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
          %187 = vector.shuffle %174, %183 [2, 6, 3, 7] : vector<4xf32>, vector<4xf32>
          %188 = vector.shuffle %184, %186 [0, 1, 4, 5] : vector<4xf32>, vector<4xf32>
          %189 = vector.shuffle %184, %186 [2, 3, 6, 7] : vector<4xf32>, vector<4xf32>
          %190 = vector.shuffle %185, %187 [0, 1, 4, 5] : vector<4xf32>, vector<4xf32>
          %191 = vector.shuffle %185, %187 [2, 3, 6, 7] : vector<4xf32>, vector<4xf32>
          %192 = arith.cmpi sgt, %147, %0 : i64
          scf.if %192 {
            %193 = arith.muli %145, %15 : i64
            %194 = llvm.getelementptr %42[%193] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %188, %194 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          %195 = arith.cmpi sgt, %147, %4 : i64
          scf.if %195 {
            %196 = arith.addi %145, %4 : i64
            %197 = arith.muli %196, %15 : i64
            %198 = llvm.getelementptr %42[%197] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %189, %198 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          %199 = arith.cmpi sgt, %147, %8 : i64
          scf.if %199 {
            %200 = arith.addi %145, %8 : i64
            %201 = arith.muli %200, %15 : i64
            %202 = llvm.getelementptr %42[%201] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %190, %202 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
          %203 = arith.cmpi sgt, %147, %11 : i64
          scf.if %203 {
            %204 = arith.addi %145, %11 : i64
            %205 = arith.muli %204, %15 : i64
            %206 = llvm.getelementptr %42[%205] : (!llvm.ptr, i64) -> !llvm.ptr, f32
            llvm.store %191, %206 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
          }
        }
      }
    }
    llvm.return
  }
  llvm.func @pack_team(%arg0: !llvm.ptr) {
    %207 = arith.constant 0 : i64
    %208 = llvm.getelementptr %arg0[%207] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %209 = llvm.load %208 {alignment = 8 : i64} : !llvm.ptr -> i64
    %210 = llvm.inttoptr %209 : i64 to !llvm.ptr
    %211 = arith.constant 1 : i64
    %212 = llvm.getelementptr %arg0[%211] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %213 = llvm.load %212 {alignment = 8 : i64} : !llvm.ptr -> i64
    %214 = llvm.inttoptr %213 : i64 to !llvm.ptr
    %215 = arith.constant 2 : i64
    %216 = llvm.getelementptr %arg0[%215] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %217 = llvm.load %216 {alignment = 8 : i64} : !llvm.ptr -> i64
    %218 = llvm.call %210() : !llvm.ptr, () -> i32
    %219 = arith.extsi %218 : i32 to i64
    %220 = llvm.call %214() : !llvm.ptr, () -> i32
    %221 = arith.extsi %220 : i32 to i64
    scf.for %222 = %219 to %217 step %221 : i64 {
      llvm.call @pack(%arg0, %222) : (!llvm.ptr, i64) -> ()
    }
    llvm.return
  }
  llvm.func @pack_entries(%arg0: !llvm.ptr) {
    %224 = llvm.mlir.addressof @pack : !llvm.ptr
    %225 = arith.constant 0 : i64
    %226 = llvm.getelementptr %arg0[%225] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %224, %226 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %227 = llvm.mlir.addressof @pack_team : !llvm.ptr
    %228 = arith.constant 1 : i64
    %229 = llvm.getelementptr %arg0[%228] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %227, %229 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
}
