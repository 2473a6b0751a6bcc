%0 = arith.constant 272 : i64
%1 = llvm.alloca %0 x i32 {alignment = 64 : i64} : (i64) -> !llvm.ptr
%2 = arith.constant 1 : i64
%3 = arith.constant 6144 : i64
%4 = arith.constant 24 : i64
%5 = arith.minsi %tokens, %4 : i64
%6 = arith.divui %3, %5 : i64
%7 = arith.constant 2 : i64
%8 = arith.muli %blocks, %7 : i64
%9 = llvm.getelementptr %starts[%8] : (!llvm.ptr, i64) -> !llvm.ptr, i32
%10 = llvm.load %9 {alignment = 4 : i64} : !llvm.ptr -> i32
%11 = arith.extsi %10 : i32 to i64
%12 = arith.maxsi %11, %2 : i64
%13 = arith.muli %columns, %blocks : i64
%14 = arith.muli %13, %4 : i64
%15 = arith.divui %14, %12 : i64
%16 = arith.constant 16 : i64
%17 = arith.ceildivsi %columns, %16 : i64
%18 = arith.maxsi %6, %15 : i64
%19 = arith.maxsi %17, %2 : i64
%20 = arith.maxsi %18, %19 : i64
%21 = arith.ceildivsi %columns, %20 : i64
%22 = arith.maxsi %21, %2 : i64
%23 = arith.ceildivsi %columns, %22 : i64
%24 = arith.constant 0 : i64
scf.for %25 = %group to %stop step %2 : i64 {
  %27 = arith.subi %25, %group : i64
  %28 = arith.muli %25, %7 : i64
  %29 = llvm.getelementptr %starts[%28] : (!llvm.ptr, i64) -> !llvm.ptr, i32
  %30 = llvm.load %29 {alignment = 4 : i64} : !llvm.ptr -> i32
  %31 = arith.extsi %30 : i32 to i64
  %32 = arith.addi %25, %2 : i64
  %33 = arith.muli %32, %7 : i64
  %34 = llvm.getelementptr %starts[%33] : (!llvm.ptr, i64) -> !llvm.ptr, i32
  %35 = llvm.load %34 {alignment = 4 : i64} : !llvm.ptr -> i32
  %36 = arith.extsi %35 : i32 to i64
  %37 = arith.trunci %31 : i64 to i32
  %38 = arith.muli %24, %16 : i64
  %39 = arith.addi %38, %27 : i64
  %40 = llvm.getelementptr %1[%39] : (!llvm.ptr, i64) -> !llvm.ptr, i32
  llvm.store %37, %40 {alignment = 4 : i64} : i32, !llvm.ptr
  %41 = arith.trunci %36 : i64 to i32
  %42 = arith.muli %22, %16 : i64
  %43 = arith.addi %42, %27 : i64
  %44 = llvm.getelementptr %1[%43] : (!llvm.ptr, i64) -> !llvm.ptr, i32
  llvm.store %41, %44 {alignment = 4 : i64} : i32, !llvm.ptr
  %45 = arith.constant 64 : i64
  %46 = arith.subi %36, %31 : i64
  %47 = "llvm.intr.ctlz"(%46) <{is_zero_poison = false}> : (i64) -> i64
  %48 = arith.subi %45, %47 : i64
  scf.for %49 = %2 to %22 step %2 : i64 {
    %51 = arith.muli %49, %23 : i64
    %55:2 = scf.for %52 = %24 to %48 step %2 iter_args(%53 = %31, %54 = %36) -> (i64, i64) : i64 {
      %56 = arith.addi %53, %54 : i64
      %57 = arith.shrui %56, %2 : i64
      %58 = llvm.getelementptr %indices[%57] : (!llvm.ptr, i64) -> !llvm.ptr, i16
      %59 = llvm.load %58 {alignment = 2 : i64} : !llvm.ptr -> i16
      %60 = arith.extui %59 : i16 to i64
      %61 = arith.cmpi slt, %60, %51 : i64
      %62 = arith.addi %57, %2 : i64
      %63 = arith.select %61, %62, %53 : i64
      %64 = arith.select %61, %54, %57 : i64
      scf.yield %63, %64 : i64, i64
    }
    %65 = arith.minsi %55#0, %36 : i64
    %66 = arith.trunci %65 : i64 to i32
    %67 = arith.muli %49, %16 : i64
    %68 = arith.addi %67, %27 : i64
    %69 = llvm.getelementptr %1[%68] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    llvm.store %66, %69 {alignment = 4 : i64} : i32, !llvm.ptr
  }
}
%70 = arith.subi %block, %group : i64
%71 = arith.muli %segment, %16 : i64
%72 = arith.addi %71, %70 : i64
%73 = llvm.getelementptr %1[%72] : (!llvm.ptr, i64) -> !llvm.ptr, i32
%74 = llvm.load %73 {alignment = 4 : i64} : !llvm.ptr -> i32
%75 = arith.addi %segment, %2 : i64
%76 = arith.muli %75, %16 : i64
%77 = arith.addi %76, %70 : i64
%78 = llvm.getelementptr %1[%77] : (!llvm.ptr, i64) -> !llvm.ptr, i32
%79 = llvm.load %78 {alignment = 4 : i64} : !llvm.ptr -> i32
%80 = arith.extsi %74 : i32 to i64
%81 = arith.extsi %79 : i32 to i64
%82 = arith.muli %segment, %23 : i64
%83 = arith.minsi %82, %columns : i64
%84 = arith.addi %82, %23 : i64
%85 = arith.minsi %84, %columns : i64
