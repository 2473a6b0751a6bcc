module {
  llvm.func @pack_features(%arg0: !llvm.ptr, %arg1: i64) {
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
    %34 = arith.ceildivsi %24, %28 : i64
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
      %46 = arith.muli %45, %28 : i64
      %47 = arith.muli %27, %28 : i64
      %48 = arith.muli %41, %47 : i64
      %49 = llvm.getelementptr %18[%48] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %50 = arith.muli %43, %33 : i64
      %51 = llvm.getelementptr %14[%50] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %52 = arith.subi %24, %46 : i64
      %53 = llvm.getelementptr %51[%46] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %54 = arith.cmpi sge, %52, %28 : i64
      scf.if %54 {
        scf.for %55 = %0 to %27 step %4 : i64 {
          %57 = arith.muli %55, %30 : i64
          %58 = llvm.getelementptr %53[%57] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %59 = llvm.load %58 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
          %60 = arith.muli %55, %28 : i64
          %61 = llvm.getelementptr %49[%60] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          llvm.store %59, %61 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
        }
      }
      %62 = arith.cmpi slt, %52, %28 : i64
      scf.if %62 {
        %63 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
        %64 = vector.broadcast %52 : i64 to vector<8xi64>
        %65 = arith.cmpi slt, %63, %64 : vector<8xi64>
        scf.for %66 = %0 to %27 step %4 : i64 {
          %68 = arith.muli %66, %30 : i64
          %69 = llvm.getelementptr %53[%68] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %70 = arith.constant dense<0.000000000e+00> : vector<8xf32>
          %71 = llvm.intr.masked.load %69, %65, %70 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
          %72 = arith.muli %66, %28 : i64
          %73 = llvm.getelementptr %49[%72] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          llvm.store %71, %73 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
        }
      }
    }
    llvm.return
  }
  llvm.func @pack_features_parallel(%arg0: !llvm.ptr) {
    %74 = arith.constant 0 : i64
    %75 = llvm.getelementptr %arg0[%74] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %76 = llvm.load %75 {alignment = 8 : i64} : !llvm.ptr -> i64
    %77 = llvm.inttoptr %76 : i64 to !llvm.ptr
    %78 = arith.constant 1 : i64
    %79 = llvm.getelementptr %arg0[%78] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %80 = llvm.load %79 {alignment = 8 : i64} : !llvm.ptr -> i64
    %81 = llvm.inttoptr %80 : i64 to !llvm.ptr
    %82 = arith.constant 2 : i64
    %83 = llvm.getelementptr %arg0[%82] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %84 = llvm.load %83 {alignment = 8 : i64} : !llvm.ptr -> i64
    %85 = llvm.call %77() : !llvm.ptr, () -> i32
    %86 = arith.extsi %85 : i32 to i64
    %87 = llvm.call %81() : !llvm.ptr, () -> i32
    %88 = arith.extsi %87 : i32 to i64
    scf.for %89 = %86 to %84 step %88 : i64 {
      llvm.call @pack_features(%arg0, %89) : (!llvm.ptr, i64) -> ()
    }
    llvm.return
  }
  llvm.func @pack_features_entries(%arg0: !llvm.ptr) {
    %91 = llvm.mlir.addressof @pack_features : !llvm.ptr
    %92 = arith.constant 0 : i64
    %93 = llvm.getelementptr %arg0[%92] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %91, %93 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %94 = llvm.mlir.addressof @pack_features_parallel : !llvm.ptr
    %95 = arith.constant 1 : i64
    %96 = llvm.getelementptr %arg0[%95] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %94, %96 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
}
