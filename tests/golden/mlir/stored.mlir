%0 = arith.muli %more_column_tiles, %blocks : i64
%1 = arith.addi %block, %0 : i64
%2 = arith.constant 2 : i64
%3 = arith.muli %1, %2 : i64
%4 = arith.constant 1 : i64
%5 = arith.addi %3, %4 : i64
%6 = llvm.getelementptr %starts[%5] : (!llvm.ptr, i64) -> !llvm.ptr, i32
%7 = llvm.load %6 {alignment = 4 : i64} : !llvm.ptr -> i32
%8 = arith.extsi %7 : i32 to i64
%9 = arith.addi %1, %4 : i64
%10 = arith.muli %9, %2 : i64
%11 = arith.addi %10, %4 : i64
%12 = llvm.getelementptr %starts[%11] : (!llvm.ptr, i64) -> !llvm.ptr, i32
%13 = llvm.load %12 {alignment = 4 : i64} : !llvm.ptr -> i32
%14 = arith.extsi %13 : i32 to i64
%15 = arith.subi %14, %8 : i64
%16 = arith.muli %8, %residual_row : i64
%17 = arith.addi %16, %token : i64
%18 = llvm.getelementptr %residual[%17] : (!llvm.ptr, i64) -> !llvm.ptr, f32
%19 = llvm.load %18 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
%20 = arith.addf %a, %19 : vector<4xf32>
%21 = arith.muli %8, %y_row : i64
%22 = arith.addi %21, %token : i64
%23 = llvm.call @relu_4(%20) : (vector<4xf32>) -> vector<4xf32>
%24 = llvm.getelementptr %y[%22] : (!llvm.ptr, i64) -> !llvm.ptr, f32
llvm.store %23, %24 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
%25 = arith.cmpi sgt, %15, %4 : i64
scf.if %25 {
  %26 = arith.addi %8, %4 : i64
  %27 = arith.muli %26, %residual_row : i64
  %28 = arith.addi %27, %token : i64
  %29 = llvm.getelementptr %residual[%28] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %30 = llvm.load %29 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
  %31 = arith.addf %b, %30 : vector<4xf32>
  %32 = arith.muli %26, %y_row : i64
  %33 = arith.addi %32, %token : i64
  %34 = llvm.call @relu_4(%31) : (vector<4xf32>) -> vector<4xf32>
  %35 = llvm.getelementptr %y[%33] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  llvm.store %34, %35 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
}
llvm.func internal @relu_4(%arg0: vector<4xf32>) -> vector<4xf32> attributes {no_inline} {
  %36 = arith.constant dense<0.000000000e+00> : vector<4xf32>
  %37 = arith.maximumf %arg0, %36 : vector<4xf32>
  llvm.return %37 : vector<4xf32>
}
