%0 = arith.constant 1024 : i64
%1 = llvm.alloca %0 x f32 {alignment = 64 : i64} : (i64) -> !llvm.ptr
%2 = arith.constant 8 : i64
%3 = arith.muli %row, %2 : i64
%4 = arith.addi %3, %token : i64
%5 = llvm.getelementptr %1[%4] : (!llvm.ptr, i64) -> !llvm.ptr, f32
llvm.store %a, %5 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
%6 = arith.constant 1 : i64
%7 = arith.addi %row, %6 : i64
%8 = arith.muli %7, %2 : i64
%9 = arith.addi %8, %token : i64
%10 = llvm.getelementptr %1[%9] : (!llvm.ptr, i64) -> !llvm.ptr, f32
llvm.store %b, %10 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
%11 = arith.constant 0 : i64
%12 = arith.constant 4 : i64
%13 = arith.muli %more_column_tiles, %blocks : i64
%14 = arith.addi %first, %13 : i64
%15 = arith.constant 2 : i64
%16 = arith.muli %14, %15 : i64
%17 = arith.addi %16, %6 : i64
%18 = llvm.getelementptr %starts[%17] : (!llvm.ptr, i64) -> !llvm.ptr, i32
%19 = llvm.load %18 {alignment = 4 : i64} : !llvm.ptr -> i32
%20 = arith.extsi %19 : i32 to i64
%21 = arith.addi %14, %6 : i64
%22 = arith.muli %21, %15 : i64
%23 = arith.addi %22, %6 : i64
%24 = llvm.getelementptr %starts[%23] : (!llvm.ptr, i64) -> !llvm.ptr, i32
%25 = llvm.load %24 {alignment = 4 : i64} : !llvm.ptr -> i32
%26 = arith.extsi %25 : i32 to i64
%27 = arith.subi %26, %20 : i64
%28 = arith.muli %more_column_tiles, %blocks : i64
%29 = arith.addi %stop, %28 : i64
%30 = arith.muli %29, %15 : i64
%31 = arith.addi %30, %6 : i64
%32 = llvm.getelementptr %starts[%31] : (!llvm.ptr, i64) -> !llvm.ptr, i32
%33 = llvm.load %32 {alignment = 4 : i64} : !llvm.ptr -> i32
%34 = arith.extsi %33 : i32 to i64
%35 = arith.addi %29, %6 : i64
%36 = arith.muli %35, %15 : i64
%37 = arith.addi %36, %6 : i64
%38 = llvm.getelementptr %starts[%37] : (!llvm.ptr, i64) -> !llvm.ptr, i32
%39 = llvm.load %38 {alignment = 4 : i64} : !llvm.ptr -> i32
%40 = arith.extsi %39 : i32 to i64
%41 = arith.subi %40, %34 : i64
%42 = arith.subi %34, %20 : i64
scf.for %43 = %11 to %count step %12 : i64 {
  scf.for %45 = %11 to %42 step %12 : i64 {
    %47 = arith.muli %45, %2 : i64
    %48 = arith.addi %47, %43 : i64
    %49 = llvm.getelementptr %1[%48] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %50 = arith.addi %45, %6 : i64
    %51 = arith.muli %50, %2 : i64
    %52 = arith.addi %51, %43 : i64
    %53 = llvm.getelementptr %1[%52] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %54 = arith.addi %45, %15 : i64
    %55 = arith.muli %54, %2 : i64
    %56 = arith.addi %55, %43 : i64
    %57 = llvm.getelementptr %1[%56] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %58 = arith.constant 3 : i64
    %59 = arith.addi %45, %58 : i64
    %60 = arith.muli %59, %2 : i64
    %61 = arith.addi %60, %43 : i64
    %62 = llvm.getelementptr %1[%61] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %63 = llvm.load %49 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %64 = llvm.load %53 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %65 = llvm.load %57 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %66 = llvm.load %62 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %67 = vector.shuffle %63, %64 [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
    %68 = vector.shuffle %63, %64 [2, 6, 3, 7] : vector<4xf32>, vector<4xf32>
    %69 = vector.shuffle %65, %66 [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
    %70 = vector.shuffle %65, %66 [2, 6, 3, 7] : vector<4xf32>, vector<4xf32>
    %71 = vector.shuffle %67, %69 [0, 1, 4, 5] : vector<4xf32>, vector<4xf32>
    %72 = vector.shuffle %67, %69 [2, 3, 6, 7] : vector<4xf32>, vector<4xf32>
    %73 = vector.shuffle %68, %70 [0, 1, 4, 5] : vector<4xf32>, vector<4xf32>
    %74 = vector.shuffle %68, %70 [2, 3, 6, 7] : vector<4xf32>, vector<4xf32>
    llvm.store %71, %49 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
    llvm.store %72, %53 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
    llvm.store %73, %57 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
    llvm.store %74, %62 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
  }
}
%75 = arith.divui %42, %12 : i64
%76 = arith.muli %75, %12 : i64
%77 = arith.subi %42, %76 : i64
%78 = arith.constant dense<[0, 1, 2, 3]> : vector<4xi64>
%79 = vector.broadcast %77 : i64 to vector<4xi64>
%80 = arith.cmpi slt, %78, %79 : vector<4xi64>
scf.for %81 = %11 to %count step %6 : i64 {
  scf.for %83 = %11 to %76 step %12 : i64 {
    %85 = arith.remui %81, %12 : i64
    %86 = arith.addi %83, %85 : i64
    %87 = arith.subi %81, %85 : i64
    %88 = arith.muli %86, %2 : i64
    %89 = arith.addi %88, %87 : i64
    %90 = llvm.getelementptr %1[%89] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %91 = llvm.load %90 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %92 = arith.addi %token, %81 : i64
    %93 = arith.addi %20, %83 : i64
    %94 = arith.muli %92, %y_row : i64
    %95 = arith.addi %94, %93 : i64
    %96 = llvm.getelementptr %y[%95] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.store %91, %96 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
  }
  %97 = arith.cmpi slt, %76, %42 : i64
  scf.if %97 {
    %98 = arith.remui %81, %12 : i64
    %99 = arith.addi %76, %98 : i64
    %100 = arith.subi %81, %98 : i64
    %101 = arith.muli %99, %2 : i64
    %102 = arith.addi %101, %100 : i64
    %103 = llvm.getelementptr %1[%102] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %104 = llvm.load %103 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %105 = arith.addi %token, %81 : i64
    %106 = arith.addi %20, %76 : i64
    %107 = arith.muli %105, %y_row : i64
    %108 = arith.addi %107, %106 : i64
    %109 = llvm.getelementptr %y[%108] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.intr.masked.store %104, %109, %80 {alignment = 4 : i32} : vector<4xf32>, vector<4xi1> into !llvm.ptr
  }
}
