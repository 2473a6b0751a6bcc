%0 = arith.constant dense<0.000000000e+00> : vector<4xf32>
%1 = arith.subi %end, %start : i64
%2 = arith.constant 4 : i64
%3 = arith.ceildivsi %1, %2 : i64
%4 = arith.constant 1 : i64
%5 = arith.divui %3, %4 : i64
%6 = arith.muli %5, %2 : i64
%7 = arith.addi %start, %6 : i64
%8 = arith.subi %3, %5 : i64
%11 = scf.for %9 = %start to %7 step %2 iter_args(%10 = %0) -> (vector<4xf32>) : i64 {
  %12 = arith.divui %9, %2 : i64
  %13 = arith.muli %12, %x_tile : i64
  %14 = llvm.getelementptr %x[%13] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %15 = arith.constant 0 : i64
  %18 = scf.for %16 = %15 to %columns step %4 iter_args(%17 = %10) -> (vector<4xf32>) : i64 {
    %19 = arith.muli %16, %2 : i64
    %20 = llvm.getelementptr %14[%19] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %21 = llvm.load %20 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %22 = llvm.intr.fmuladd(%21, %0, %17) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    scf.yield %22 : vector<4xf32>
  }
  scf.yield %18 : vector<4xf32>
}
%23 = vector.reduction <add>, %11 : vector<4xf32> into f32
%24 = arith.constant 0.000000000e+00 : f32
%25 = arith.cmpf ord, %23, %24 : f32
