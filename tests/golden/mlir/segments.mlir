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
%18 = arith.constant 4096 : i64
%19 = arith.constant 2147483647 : i64
%20 = arith.maxsi %x_row, %2 : i64
%21 = arith.divui %19, %20 : i64
%22 = arith.minsi %18, %21 : i64
%23 = arith.maxsi %6, %15 : i64
%24 = arith.minsi %23, %22 : i64
%25 = arith.maxsi %17, %2 : i64
%26 = arith.maxsi %24, %25 : i64
%27 = arith.ceildivsi %columns, %26 : i64
%28 = arith.maxsi %27, %2 : i64
%29 = arith.ceildivsi %columns, %28 : i64
%30 = arith.constant 0 : i64
scf.for %31 = %group to %stop step %2 : i64 {
  %33 = arith.subi %31, %group : i64
  %34 = arith.muli %31, %7 : i64
  %35 = llvm.getelementptr %starts[%34] : (!llvm.ptr, i64) -> !llvm.ptr, i32
  %36 = llvm.load %35 {alignment = 4 : i64} : !llvm.ptr -> i32
  %37 = arith.extsi %36 : i32 to i64
  %38 = arith.addi %31, %2 : i64
  %39 = arith.muli %38, %7 : i64
  %40 = llvm.getelementptr %starts[%39] : (!llvm.ptr, i64) -> !llvm.ptr, i32
  %41 = llvm.load %40 {alignment = 4 : i64} : !llvm.ptr -> i32
  %42 = arith.extsi %41 : i32 to i64
  %43 = arith.trunci %37 : i64 to i32
  %44 = arith.muli %30, %16 : i64
  %45 = arith.addi %44, %33 : i64
  %46 = llvm.getelementptr %1[%45] : (!llvm.ptr, i64) -> !llvm.ptr, i32
  llvm.store %43, %46 {alignment = 4 : i64} : i32, !llvm.ptr
  %47 = arith.trunci %42 : i64 to i32
  %48 = arith.muli %28, %16 : i64
  %49 = arith.addi %48, %33 : i64
  %50 = llvm.getelementptr %1[%49] : (!llvm.ptr, i64) -> !llvm.ptr, i32
  llvm.store %47, %50 {alignment = 4 : i64} : i32, !llvm.ptr
  %51 = arith.constant 64 : i64
  %52 = arith.subi %42, %37 : i64
  %53 = "llvm.intr.ctlz"(%52) <{is_zero_poison = false}> : (i64) -> i64
  %54 = arith.subi %51, %53 : i64
  scf.for %55 = %2 to %28 step %2 : i64 {
    %57 = arith.muli %55, %29 : i64
    %61:2 = scf.for %58 = %30 to %54 step %2 iter_args(%59 = %37, %60 = %42) -> (i64, i64) : i64 {
      %62 = arith.addi %59, %60 : i64
      %63 = arith.shrui %62, %2 : i64
      %64 = llvm.getelementptr %indices[%63] : (!llvm.ptr, i64) -> !llvm.ptr, i16
      %65 = llvm.load %64 {alignment = 2 : i64} : !llvm.ptr -> i16
      %66 = arith.extui %65 : i16 to i64
      %67 = arith.cmpi slt, %66, %57 : i64
      %68 = arith.addi %63, %2 : i64
      %69 = arith.select %67, %68, %59 : i64
      %70 = arith.select %67, %60, %63 : i64
      scf.yield %69, %70 : i64, i64
    }
    %71 = arith.minsi %61#0, %42 : i64
    %72 = arith.trunci %71 : i64 to i32
    %73 = arith.muli %55, %16 : i64
    %74 = arith.addi %73, %33 : i64
    %75 = llvm.getelementptr %1[%74] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    llvm.store %72, %75 {alignment = 4 : i64} : i32, !llvm.ptr
  }
}
%76 = arith.subi %block, %group : i64
%77 = arith.muli %segment, %16 : i64
%78 = arith.addi %77, %76 : i64
%79 = llvm.getelementptr %1[%78] : (!llvm.ptr, i64) -> !llvm.ptr, i32
%80 = llvm.load %79 {alignment = 4 : i64} : !llvm.ptr -> i32
%81 = arith.addi %segment, %2 : i64
%82 = arith.muli %81, %16 : i64
%83 = arith.addi %82, %76 : i64
%84 = llvm.getelementptr %1[%83] : (!llvm.ptr, i64) -> !llvm.ptr, i32
%85 = llvm.load %84 {alignment = 4 : i64} : !llvm.ptr -> i32
%86 = arith.extsi %80 : i32 to i64
%87 = arith.extsi %85 : i32 to i64
%88 = arith.muli %segment, %29 : i64
%89 = arith.minsi %88, %columns : i64
%90 = arith.addi %88, %29 : i64
%91 = arith.minsi %90, %columns : i64
