%0 = arith.constant 2 : i64
%1 = arith.muli %blocks, %0 : i64
%2 = llvm.getelementptr %starts[%1] : (!llvm.ptr, i64) -> !llvm.ptr, i32
%3 = llvm.load %2 {alignment = 4 : i64} : !llvm.ptr -> i32
%4 = arith.extsi %3 : i32 to i64
%5 = arith.constant 4 : i64
%6 = arith.muli %blocks, %5 : i64
%7 = arith.addi %4, %6 : i64
%8 = arith.muli %7, %number : i64
%9 = arith.divui %8, %parts : i64
%10 = arith.constant 0 : i64
%11 = arith.constant 32 : i64
%12 = arith.constant 1 : i64
%16:2 = scf.for %13 = %10 to %11 step %12 iter_args(%14 = %10, %15 = %blocks) -> (i64, i64) : i64 {
  %17 = arith.addi %14, %15 : i64
  %18 = arith.divui %17, %0 : i64
  %19 = arith.muli %18, %0 : i64
  %20 = llvm.getelementptr %starts[%19] : (!llvm.ptr, i64) -> !llvm.ptr, i32
  %21 = llvm.load %20 {alignment = 4 : i64} : !llvm.ptr -> i32
  %22 = arith.extsi %21 : i32 to i64
  %23 = arith.muli %18, %5 : i64
  %24 = arith.addi %22, %23 : i64
  %25 = arith.cmpi slt, %24, %9 : i64
  %26 = arith.addi %18, %12 : i64
  %27 = arith.select %25, %26, %14 : i64
  %28 = arith.select %25, %15, %18 : i64
  scf.yield %27, %28 : i64, i64
}
