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
    %9 = arith.constant dense<0.000000000e+00> : vector<4xf32>
    %10 = arith.maximumf %6, %9 : vector<4xf32>
    %11 = llvm.getelementptr %y[%8] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.store %10, %11 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
  }
  %12 = arith.constant 0 : i1
  %13 = arith.cmpi eq, %last, %12 : i1
  scf.if %13 {
    %14 = arith.muli %row, %y_row : i64
    %15 = arith.addi %14, %token : i64
    %16 = llvm.getelementptr %y[%15] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.store %a, %16 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
  }
  scf.if %last {
    %17 = arith.constant 1 : i64
    %18 = arith.addi %row, %17 : i64
    %19 = arith.muli %18, %residual_row : i64
    %20 = arith.addi %19, %token : i64
    %21 = llvm.getelementptr %residual[%20] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %22 = llvm.load %21 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %23 = arith.addf %b, %22 : vector<4xf32>
    %24 = arith.muli %18, %y_row : i64
    %25 = arith.addi %24, %token : i64
    %26 = arith.constant dense<0.000000000e+00> : vector<4xf32>
    %27 = arith.maximumf %23, %26 : vector<4xf32>
    %28 = llvm.getelementptr %y[%25] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.store %27, %28 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
  }
  %29 = arith.cmpi eq, %last, %12 : i1
  scf.if %29 {
    %30 = arith.constant 1 : i64
    %31 = arith.addi %row, %30 : i64
    %32 = arith.muli %31, %y_row : i64
    %33 = arith.addi %32, %token : i64
    %34 = llvm.getelementptr %y[%33] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.store %b, %34 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
  }
}
%35 = arith.constant 0 : i1
%36 = arith.cmpi eq, %1, %35 : i1
scf.if %36 {
  %37 = arith.constant 0 : i64
  %38 = arith.cmpi sgt, %there, %37 : i64
  scf.if %38 {
    scf.if %last {
      %39 = arith.muli %row, %residual_row : i64
      %40 = arith.addi %39, %token : i64
      %41 = llvm.getelementptr %residual[%40] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %42 = llvm.load %41 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
      %43 = arith.addf %a, %42 : vector<4xf32>
      %44 = arith.muli %row, %y_row : i64
      %45 = arith.addi %44, %token : i64
      %46 = arith.constant dense<0.000000000e+00> : vector<4xf32>
      %47 = arith.maximumf %43, %46 : vector<4xf32>
      %48 = llvm.getelementptr %y[%45] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      llvm.store %47, %48 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
    }
    %49 = arith.cmpi eq, %last, %35 : i1
    scf.if %49 {
      %50 = arith.muli %row, %y_row : i64
      %51 = arith.addi %50, %token : i64
      %52 = llvm.getelementptr %y[%51] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      llvm.store %a, %52 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
    }
  }
}
