module {
  llvm.func @pack_features(%arg0: !llvm.ptr, %arg1: i64) {
    %0 = arith.constant 0 : i64
    %1 = llvm.getelementptr %arg0[%0] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %2 = llvm.load %1 {alignment = 8 : i64} : !llvm.ptr -> i64
    %3 = arith.constant 1 : i64
    %4 = llvm.getelementptr %arg0[%3] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %5 = llvm.load %4 {alignment = 8 : i64} : !llvm.ptr -> i64
    %6 = arith.constant 2 : i64
    %7 = llvm.getelementptr %arg0[%6] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %8 = llvm.load %7 {alignment = 8 : i64} : !llvm.ptr -> i64
    %9 = llvm.inttoptr %8 : i64 to !llvm.ptr
    %10 = arith.constant 3 : i64
    %11 = llvm.getelementptr %arg0[%10] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %12 = llvm.load %11 {alignment = 8 : i64} : !llvm.ptr -> i64
    %13 = llvm.inttoptr %12 : i64 to !llvm.ptr
    %14 = arith.constant 4 : i64
    %15 = llvm.getelementptr %arg0[%14] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %16 = llvm.load %15 {alignment = 8 : i64} : !llvm.ptr -> i64
    %17 = arith.constant 5 : i64
    %18 = llvm.getelementptr %arg0[%17] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %19 = llvm.load %18 {alignment = 8 : i64} : !llvm.ptr -> i64
    %20 = arith.constant 6 : i64
    %21 = llvm.getelementptr %arg0[%20] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %22 = llvm.load %21 {alignment = 8 : i64} : !llvm.ptr -> i64
    %23 = arith.constant 7 : i64
    %24 = llvm.getelementptr %arg0[%23] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %25 = llvm.load %24 {alignment = 8 : i64} : !llvm.ptr -> i64
    %26 = arith.constant 8 : i64
    %27 = llvm.getelementptr %arg0[%26] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %28 = llvm.load %27 {alignment = 8 : i64} : !llvm.ptr -> i64
    %29 = arith.ceildivsi %19, %26 : i64
    %30 = arith.muli %29, %16 : i64
    %31 = arith.muli %30, %arg1 : i64
    %32 = arith.divui %31, %5 : i64
    %33 = arith.addi %arg1, %3 : i64
    %34 = arith.muli %30, %33 : i64
    %35 = arith.divui %34, %5 : i64
    scf.for %36 = %32 to %35 step %3 : i64 {
      %38 = arith.divui %36, %29 : i64
      %39 = arith.muli %38, %29 : i64
      %40 = arith.subi %36, %39 : i64
      %41 = arith.muli %40, %26 : i64
      %42 = arith.muli %22, %26 : i64
      %43 = arith.muli %36, %42 : i64
      %44 = llvm.getelementptr %13[%43] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %45 = arith.muli %38, %28 : i64
      %46 = llvm.getelementptr %9[%45] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %47 = arith.subi %19, %41 : i64
      %48 = llvm.getelementptr %46[%41] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %49 = arith.cmpi sge, %47, %26 : i64
      scf.if %49 {
        scf.for %50 = %0 to %22 step %3 : i64 {
          %52 = arith.muli %50, %25 : i64
          %53 = llvm.getelementptr %48[%52] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %54 = llvm.load %53 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
          %55 = arith.muli %50, %26 : i64
          %56 = llvm.getelementptr %44[%55] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          llvm.store %54, %56 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
        }
      }
      %57 = arith.cmpi slt, %47, %26 : i64
      scf.if %57 {
        %58 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
        %59 = vector.broadcast %47 : i64 to vector<8xi64>
        %60 = arith.cmpi slt, %58, %59 : vector<8xi64>
        scf.for %61 = %0 to %22 step %3 : i64 {
          %63 = arith.muli %61, %25 : i64
          %64 = llvm.getelementptr %48[%63] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %65 = arith.constant dense<0.000000000e+00> : vector<8xf32>
          %66 = llvm.intr.masked.load %64, %60, %65 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
          %67 = arith.muli %61, %26 : i64
          %68 = llvm.getelementptr %44[%67] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          llvm.store %66, %68 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
        }
      }
    }
    llvm.return
  }
  llvm.func @pack_features_parallel(%arg0: !llvm.ptr) {
    %69 = arith.constant 0 : i64
    %70 = llvm.getelementptr %arg0[%69] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %71 = arith.constant 1 : i64
    %72 = llvm.getelementptr %arg0[%69] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %73 = llvm.load %72 {alignment = 8 : i64} : !llvm.ptr -> i64
    %74 = llvm.getelementptr %arg0[%71] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %75 = llvm.load %74 {alignment = 8 : i64} : !llvm.ptr -> i64
    %76 = arith.constant 1 : i1
    %79 = scf.for %77 = %69 to %75 step %71 iter_args(%78 = %76) -> (i1) : i64 {
      %80 = scf.if %78 -> (i1) {
        %81 = llvm.atomicrmw add %70, %71 monotonic : !llvm.ptr, i64
        %82 = arith.cmpi slt, %81, %75 : i64
        scf.if %82 {
          llvm.call @pack_features(%arg0, %81) : (!llvm.ptr, i64) -> ()
        }
        scf.yield %82 : i1
      } else {
        scf.yield %78 : i1
      }
      scf.yield %80 : i1
    }
    llvm.return
  }
  llvm.func @pack_features_entries(%arg0: !llvm.ptr) {
    %83 = llvm.mlir.addressof @pack_features : !llvm.ptr
    %84 = arith.constant 0 : i64
    %85 = llvm.getelementptr %arg0[%84] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %83, %85 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %86 = llvm.mlir.addressof @pack_features_parallel : !llvm.ptr
    %87 = arith.constant 1 : i64
    %88 = llvm.getelementptr %arg0[%87] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %86, %88 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
}
