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
    %9 = arith.constant 3 : i64
    %10 = llvm.getelementptr %arg0[%9] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %11 = llvm.load %10 {alignment = 8 : i64} : !llvm.ptr -> i64
    %12 = arith.constant 4 : i64
    %13 = llvm.getelementptr %arg0[%12] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %14 = llvm.load %13 {alignment = 8 : i64} : !llvm.ptr -> i64
    %15 = llvm.inttoptr %14 : i64 to !llvm.ptr
    %16 = arith.constant 5 : i64
    %17 = llvm.getelementptr %arg0[%16] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %18 = llvm.load %17 {alignment = 8 : i64} : !llvm.ptr -> i64
    %19 = llvm.inttoptr %18 : i64 to !llvm.ptr
    %20 = arith.constant 6 : i64
    %21 = llvm.getelementptr %arg0[%20] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %22 = llvm.load %21 {alignment = 8 : i64} : !llvm.ptr -> i64
    %23 = arith.constant 7 : i64
    %24 = llvm.getelementptr %arg0[%23] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %25 = llvm.load %24 {alignment = 8 : i64} : !llvm.ptr -> i64
    %26 = arith.constant 8 : i64
    %27 = llvm.getelementptr %arg0[%26] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %28 = llvm.load %27 {alignment = 8 : i64} : !llvm.ptr -> i64
    %29 = arith.constant 9 : i64
    %30 = llvm.getelementptr %arg0[%29] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %31 = llvm.load %30 {alignment = 8 : i64} : !llvm.ptr -> i64
    %32 = arith.constant 10 : i64
    %33 = llvm.getelementptr %arg0[%32] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %34 = llvm.load %33 {alignment = 8 : i64} : !llvm.ptr -> i64
    %35 = llvm.getelementptr %arg0[%6] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %36 = llvm.getelementptr %arg0[%9] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %37 = arith.ceildivsi %25, %26 : i64
    %38 = arith.muli %37, %22 : i64
    %39 = arith.muli %38, %arg1 : i64
    %40 = arith.divui %39, %5 : i64
    %41 = arith.addi %arg1, %3 : i64
    %42 = arith.muli %38, %41 : i64
    %43 = arith.divui %42, %5 : i64
    scf.for %44 = %40 to %43 step %3 : i64 {
      %46 = arith.divui %44, %37 : i64
      %47 = arith.muli %46, %37 : i64
      %48 = arith.subi %44, %47 : i64
      %49 = arith.muli %48, %26 : i64
      %50 = arith.muli %28, %26 : i64
      %51 = arith.muli %44, %50 : i64
      %52 = llvm.getelementptr %19[%51] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %53 = arith.muli %46, %34 : i64
      %54 = llvm.getelementptr %15[%53] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %55 = arith.subi %25, %49 : i64
      %56 = llvm.getelementptr %54[%49] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %57 = arith.cmpi sge, %55, %26 : i64
      scf.if %57 {
        scf.for %58 = %0 to %28 step %3 : i64 {
          %60 = arith.muli %58, %31 : i64
          %61 = llvm.getelementptr %56[%60] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %62 = llvm.load %61 {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
          %63 = arith.muli %58, %26 : i64
          %64 = llvm.getelementptr %52[%63] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          llvm.store %62, %64 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
        }
      }
      %65 = arith.cmpi slt, %55, %26 : i64
      scf.if %65 {
        %66 = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi64>
        %67 = vector.broadcast %55 : i64 to vector<8xi64>
        %68 = arith.cmpi slt, %66, %67 : vector<8xi64>
        scf.for %69 = %0 to %28 step %3 : i64 {
          %71 = arith.muli %69, %31 : i64
          %72 = llvm.getelementptr %56[%71] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          %73 = arith.constant dense<0.000000000e+00> : vector<8xf32>
          %74 = llvm.intr.masked.load %72, %68, %73 {alignment = 4 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
          %75 = arith.muli %69, %26 : i64
          %76 = llvm.getelementptr %52[%75] : (!llvm.ptr, i64) -> !llvm.ptr, f32
          llvm.store %74, %76 {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
        }
      }
    }
    llvm.return
  }
  llvm.func @pack_features_parallel(%arg0: !llvm.ptr) {
    %77 = arith.constant 0 : i64
    %78 = llvm.getelementptr %arg0[%77] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %79 = arith.constant 1 : i64
    %80 = llvm.getelementptr %arg0[%77] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %81 = llvm.load %80 {alignment = 8 : i64} : !llvm.ptr -> i64
    %82 = llvm.getelementptr %arg0[%79] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %83 = llvm.load %82 {alignment = 8 : i64} : !llvm.ptr -> i64
    %84 = arith.constant 2 : i64
    %85 = llvm.getelementptr %arg0[%84] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %86 = llvm.load %85 {alignment = 8 : i64} : !llvm.ptr -> i64
    %87 = arith.constant 3 : i64
    %88 = llvm.getelementptr %arg0[%87] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    %89 = llvm.load %88 {alignment = 8 : i64} : !llvm.ptr -> i64
    %90 = arith.constant 1 : i1
    %93 = scf.for %91 = %77 to %83 step %79 iter_args(%92 = %90) -> (i1) : i64 {
      %94 = scf.if %92 -> (i1) {
        %95 = llvm.atomicrmw add %78, %79 monotonic : !llvm.ptr, i64
        %96 = arith.cmpi slt, %95, %83 : i64
        scf.if %96 {
          llvm.call @pack_features(%arg0, %95) : (!llvm.ptr, i64) -> ()
        }
        scf.yield %96 : i1
      } else {
        scf.yield %92 : i1
      }
      scf.yield %94 : i1
    }
    llvm.return
  }
  llvm.func @pack_features_entries(%arg0: !llvm.ptr) {
    %97 = llvm.mlir.addressof @pack_features : !llvm.ptr
    %98 = arith.constant 0 : i64
    %99 = llvm.getelementptr %arg0[%98] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %97, %99 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    %100 = llvm.mlir.addressof @pack_features_parallel : !llvm.ptr
    %101 = arith.constant 1 : i64
    %102 = llvm.getelementptr %arg0[%101] : (!llvm.ptr, i64) -> !llvm.ptr, i64
    llvm.store %100, %102 {alignment = 8 : i64} : !llvm.ptr, !llvm.ptr
    llvm.return
  }
}
