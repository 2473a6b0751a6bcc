%0 = arith.constant 2 : i64
%1 = arith.cmpi sge, %there, %0 : i64
scf.if %1 {
  scf.if %last {
    %2 = arith.muli %row, %y_row : i64
    %3 = arith.addi %2, %token : i64
    %4 = arith.constant dense<0.000000000e+00> : vector<4xf32>
    %5 = arith.maximumf %a, %4 : vector<4xf32>
    %6 = llvm.getelementptr %y[%3] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.store %5, %6 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
  }
  %7 = arith.constant 0 : i1
  %8 = arith.cmpi eq, %last, %7 : i1
  scf.if %8 {
    %9 = arith.muli %row, %y_row : i64
    %10 = arith.addi %9, %token : i64
    %11 = llvm.getelementptr %y[%10] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.store %a, %11 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
  }
  scf.if %last {
    %12 = arith.constant 1 : i64
    %13 = arith.addi %row, %12 : i64
    %14 = arith.muli %13, %y_row : i64
    %15 = arith.addi %14, %token : i64
    %16 = arith.constant dense<0.000000000e+00> : vector<4xf32>
    %17 = arith.maximumf %b, %16 : vector<4xf32>
    %18 = llvm.getelementptr %y[%15] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.store %17, %18 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
  }
  %19 = arith.cmpi eq, %last, %7 : i1
  scf.if %19 {
    %20 = arith.constant 1 : i64
    %21 = arith.addi %row, %20 : i64
    %22 = arith.muli %21, %y_row : i64
    %23 = arith.addi %22, %token : i64
    %24 = llvm.getelementptr %y[%23] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    llvm.store %b, %24 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
  }
}
%25 = arith.constant 0 : i1
%26 = arith.cmpi eq, %1, %25 : i1
scf.if %26 {
  %27 = arith.constant 0 : i64
  %28 = arith.cmpi sgt, %there, %27 : i64
  scf.if %28 {
    scf.if %last {
      %29 = arith.muli %row, %y_row : i64
      %30 = arith.addi %29, %token : i64
      %31 = arith.constant dense<0.000000000e+00> : vector<4xf32>
      %32 = arith.maximumf %a, %31 : vector<4xf32>
      %33 = llvm.getelementptr %y[%30] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      llvm.store %32, %33 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
    }
    %34 = arith.cmpi eq, %last, %25 : i1
    scf.if %34 {
      %35 = arith.muli %row, %y_row : i64
      %36 = arith.addi %35, %token : i64
      %37 = llvm.getelementptr %y[%36] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      llvm.store %a, %37 {alignment = 4 : i64} : vector<4xf32>, !llvm.ptr
    }
  }
}
