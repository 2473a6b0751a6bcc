%0 = arith.constant 1024 : i64
%1 = llvm.alloca %0 x f32 {alignment = 64 : i64} : (i64) -> !llvm.ptr
%2 = arith.constant 8 : i64
%3 = arith.constant 2 : i64
%4 = arith.cmpi sge, %there, %3 : i64
scf.if %4 {
  %5 = arith.constant 0 : i64
  %6 = arith.muli %waiting, %2 : i64
  %7 = arith.addi %6, %5 : i64
  %8 = llvm.getelementptr %1[%7] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  llvm.store %a, %8 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
  %9 = arith.constant 1 : i64
  %10 = arith.addi %waiting, %9 : i64
  %11 = arith.muli %10, %2 : i64
  %12 = arith.addi %11, %5 : i64
  %13 = llvm.getelementptr %1[%12] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  llvm.store %b, %13 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
}
%14 = arith.constant 0 : i1
%15 = arith.cmpi eq, %4, %14 : i1
scf.if %15 {
  %16 = arith.constant 0 : i64
  %17 = arith.cmpi sgt, %there, %16 : i64
  scf.if %17 {
    %18 = arith.muli %waiting, %2 : i64
    %19 = arith.addi %18, %16 : i64
    %20 = llvm.getelementptr %1[%19] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.store %a, %20 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
  }
}
%21 = arith.constant 0 : i64
%22 = arith.constant 4 : i64
%23 = arith.muli %more_column_tiles, %blocks : i64
%24 = arith.addi %first, %23 : i64
%25 = arith.muli %24, %3 : i64
%26 = arith.constant 1 : i64
%27 = arith.addi %25, %26 : i64
%28 = llvm.getelementptr %starts[%27] : (!llvm.ptr, i64) -> !llvm.ptr, i32
%29 = llvm.load %28 {alignment = 4 : i64} : !llvm.ptr -> i32
%30 = arith.extsi %29 : i32 to i64
%31 = arith.addi %24, %26 : i64
%32 = arith.muli %31, %3 : i64
%33 = arith.addi %32, %26 : i64
%34 = llvm.getelementptr %starts[%33] : (!llvm.ptr, i64) -> !llvm.ptr, i32
%35 = llvm.load %34 {alignment = 4 : i64} : !llvm.ptr -> i32
%36 = arith.extsi %35 : i32 to i64
%37 = arith.subi %36, %30 : i64
%38 = arith.muli %more_column_tiles, %blocks : i64
%39 = arith.addi %stop, %38 : i64
%40 = arith.muli %39, %3 : i64
%41 = arith.addi %40, %26 : i64
%42 = llvm.getelementptr %starts[%41] : (!llvm.ptr, i64) -> !llvm.ptr, i32
%43 = llvm.load %42 {alignment = 4 : i64} : !llvm.ptr -> i32
%44 = arith.extsi %43 : i32 to i64
%45 = arith.addi %39, %26 : i64
%46 = arith.muli %45, %3 : i64
%47 = arith.addi %46, %26 : i64
%48 = llvm.getelementptr %starts[%47] : (!llvm.ptr, i64) -> !llvm.ptr, i32
%49 = llvm.load %48 {alignment = 4 : i64} : !llvm.ptr -> i32
%50 = arith.extsi %49 : i32 to i64
%51 = arith.subi %50, %44 : i64
%52 = arith.subi %44, %30 : i64
scf.for %53 = %21 to %count step %22 : i64 {
  scf.for %55 = %21 to %52 step %22 : i64 {
    %57 = arith.muli %55, %2 : i64
    %58 = arith.addi %57, %53 : i64
    %59 = llvm.getelementptr %1[%58] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %60 = arith.addi %55, %26 : i64
    %61 = arith.muli %60, %2 : i64
    %62 = arith.addi %61, %53 : i64
    %63 = llvm.getelementptr %1[%62] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %64 = arith.addi %55, %3 : i64
    %65 = arith.muli %64, %2 : i64
    %66 = arith.addi %65, %53 : i64
    %67 = llvm.getelementptr %1[%66] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %68 = arith.constant 3 : i64
    %69 = arith.addi %55, %68 : i64
    %70 = arith.muli %69, %2 : i64
    %71 = arith.addi %70, %53 : i64
    %72 = llvm.getelementptr %1[%71] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %73 = llvm.load %59 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %74 = llvm.load %63 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %75 = llvm.load %67 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %76 = llvm.load %72 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %77 = vector.shuffle %73, %74 [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
    %78 = vector.shuffle %73, %74 [2, 6, 3, 7] : vector<4xf32>, vector<4xf32>
    %79 = vector.shuffle %75, %76 [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
    %80 = vector.shuffle %75, %76 [2, 6, 3, 7] : vector<4xf32>, vector<4xf32>
    %81 = vector.shuffle %77, %79 [0, 1, 4, 5] : vector<4xf32>, vector<4xf32>
    %82 = vector.shuffle %77, %79 [2, 3, 6, 7] : vector<4xf32>, vector<4xf32>
    %83 = vector.shuffle %78, %80 [0, 1, 4, 5] : vector<4xf32>, vector<4xf32>
    %84 = vector.shuffle %78, %80 [2, 3, 6, 7] : vector<4xf32>, vector<4xf32>
    llvm.store %81, %59 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
    llvm.store %82, %63 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
    llvm.store %83, %67 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
    llvm.store %84, %72 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
  }
}
%85 = arith.divui %52, %22 : i64
%86 = arith.muli %85, %22 : i64
%87 = arith.subi %52, %86 : i64
%88 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
%89 = vector.broadcast %87 : i64 to vector<4xi64>
%90 = arith.cmpi slt, %88, %89 : vector<4xi64>
scf.for %91 = %21 to %count step %26 : i64 {
  scf.for %93 = %21 to %86 step %22 : i64 {
    %95 = arith.remui %91, %22 : i64
    %96 = arith.addi %93, %95 : i64
    %97 = arith.subi %91, %95 : i64
    %98 = arith.muli %96, %2 : i64
    %99 = arith.addi %98, %97 : i64
    %100 = llvm.getelementptr %1[%99] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %101 = llvm.load %100 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %102 = arith.addi %token, %91 : i64
    %103 = arith.addi %30, %93 : i64
    %104 = arith.muli %102, %y_row : i64
    %105 = arith.addi %104, %103 : i64
    %106 = llvm.getelementptr %y[%105] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.store %101, %106 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
  }
  %107 = arith.cmpi slt, %86, %52 : i64
  scf.if %107 {
    %108 = arith.remui %91, %22 : i64
    %109 = arith.addi %86, %108 : i64
    %110 = arith.subi %91, %108 : i64
    %111 = arith.muli %109, %2 : i64
    %112 = arith.addi %111, %110 : i64
    %113 = llvm.getelementptr %1[%112] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %114 = llvm.load %113 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %115 = arith.addi %token, %91 : i64
    %116 = arith.addi %30, %86 : i64
    %117 = arith.muli %115, %y_row : i64
    %118 = arith.addi %117, %116 : i64
    %119 = llvm.getelementptr %y[%118] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.intr.masked.store %114, %119, %90 {alignment = 4 : i32} : vector<4xf32>, vector<4xi1> into !llvm.ptr
  }
}
