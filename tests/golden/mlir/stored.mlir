%0 = arith.constant 2 : i64
%1 = arith.cmpi sge, %there, %0 : i64
scf.if %1 {
  scf.if %last {
    %2 = arith.muli %row, %residual_row : i64
    %3 = arith.addi %2, %token : i64
    %4 = llvm.getelementptr %residual[%3] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %5 = llvm.load %4 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %6 = arith.addf %a, %5 : vector<4xf32>
    %7 = arith.muli %row, %y_row : i64
    %8 = arith.addi %7, %token : i64
    %9 = llvm.call @relu_4(%6) : (vector<4xf32>) -> vector<4xf32>
    %10 = llvm.getelementptr %y[%8] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.store %9, %10 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
  }
  %11 = arith.constant 0 : i1
  %12 = arith.cmpi eq, %last, %11 : i1
  scf.if %12 {
    %13 = arith.muli %row, %y_row : i64
    %14 = arith.addi %13, %token : i64
    %15 = llvm.getelementptr %y[%14] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.store %a, %15 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
  }
  scf.if %last {
    %16 = arith.constant 1 : i64
    %17 = arith.addi %row, %16 : i64
    %18 = arith.muli %17, %residual_row : i64
    %19 = arith.addi %18, %token : i64
    %20 = llvm.getelementptr %residual[%19] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %21 = llvm.load %20 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %22 = arith.addf %b, %21 : vector<4xf32>
    %23 = arith.muli %17, %y_row : i64
    %24 = arith.addi %23, %token : i64
    %25 = llvm.call @relu_4(%22) : (vector<4xf32>) -> vector<4xf32>
    %26 = llvm.getelementptr %y[%24] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.store %25, %26 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
  }
  %27 = arith.cmpi eq, %last, %11 : i1
  scf.if %27 {
    %28 = arith.constant 1 : i64
    %29 = arith.addi %row, %28 : i64
    %30 = arith.muli %29, %y_row : i64
    %31 = arith.addi %30, %token : i64
    %32 = llvm.getelementptr %y[%31] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.store %b, %32 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
  }
}
%33 = arith.constant 0 : i1
%34 = arith.cmpi eq, %1, %33 : i1
scf.if %34 {
  %35 = arith.constant 0 : i64
  %36 = arith.cmpi sgt, %there, %35 : i64
  scf.if %36 {
    scf.if %last {
      %37 = arith.muli %row, %residual_row : i64
      %38 = arith.addi %37, %token : i64
      %39 = llvm.getelementptr %residual[%38] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %40 = llvm.load %39 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
      %41 = arith.addf %a, %40 : vector<4xf32>
      %42 = arith.muli %row, %y_row : i64
      %43 = arith.addi %42, %token : i64
      %44 = llvm.call @relu_4(%41) : (vector<4xf32>) -> vector<4xf32>
      %45 = llvm.getelementptr %y[%43] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      llvm.store %44, %45 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
    }
    %46 = arith.cmpi eq, %last, %33 : i1
    scf.if %46 {
      %47 = arith.muli %row, %y_row : i64
      %48 = arith.addi %47, %token : i64
      %49 = llvm.getelementptr %y[%48] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      llvm.store %a, %49 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
    }
  }
}
llvm.func internal @relu_4(%arg0: vector<4xf32>) -> vector<4xf32> attributes {no_inline} {
  %50 = arith.constant dense<0.000000000e+00> : vector<4xf32>
  %51 = arith.maximumf %arg0, %50 : vector<4xf32>
  llvm.return %51 : vector<4xf32>
}
