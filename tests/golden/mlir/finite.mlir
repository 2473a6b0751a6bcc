%0 = arith.constant dense<0.000000000e+00> : vector<4xf32>
%1 = arith.subi %end, %start : i64
%2 = arith.constant 4 : i64
%3 = arith.ceildivsi %1, %2 : i64
%4 = arith.constant 3 : i64
%5 = arith.divui %3, %4 : i64
%6 = arith.muli %5, %4 : i64
%7 = arith.subi %3, %6 : i64
%8 = arith.constant 1 : i64
%9 = arith.cmpi eq, %7, %8 : i64
%10 = arith.constant 0 : i64
%11 = arith.cmpi sgt, %5, %10 : i64
%12 = arith.andi %9, %11 : i1
%13 = arith.extui %12 : i1 to i64
%14 = arith.subi %5, %13 : i64
%15 = arith.muli %14, %4 : i64
%16 = arith.muli %15, %2 : i64
%17 = arith.addi %start, %16 : i64
%18 = arith.subi %3, %15 : i64
%19 = arith.constant 2 : i64
%20 = arith.divui %18, %19 : i64
%21 = arith.muli %20, %19 : i64
%22 = arith.muli %21, %2 : i64
%23 = arith.addi %17, %22 : i64
%24 = arith.subi %18, %21 : i64
%25 = arith.divui %24, %8 : i64
%26 = arith.muli %25, %2 : i64
%27 = arith.addi %23, %26 : i64
%28 = arith.subi %24, %25 : i64
%29 = arith.constant 12 : i64
%32 = scf.for %30 = %start to %17 step %29 iter_args(%31 = %0) -> (vector<4xf32>) : i64 {
  %33 = arith.divui %30, %2 : i64
  %34 = arith.muli %33, %x_tile : i64
  %35 = llvm.getelementptr %x[%34] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %36 = arith.addi %33, %8 : i64
  %37 = arith.muli %36, %x_tile : i64
  %38 = llvm.getelementptr %x[%37] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %39 = arith.addi %33, %19 : i64
  %40 = arith.muli %39, %x_tile : i64
  %41 = llvm.getelementptr %x[%40] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %46:3 = scf.for %42 = %10 to %columns step %8 iter_args(%43 = %31, %44 = %0, %45 = %0) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
    %47 = arith.muli %42, %2 : i64
    %48 = llvm.getelementptr %35[%47] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %49 = llvm.load %48 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %50 = arith.muli %42, %2 : i64
    %51 = llvm.getelementptr %38[%50] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %52 = llvm.load %51 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %53 = arith.muli %42, %2 : i64
    %54 = llvm.getelementptr %41[%53] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %55 = llvm.load %54 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %56 = llvm.intr.fmuladd(%49, %0, %43) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %57 = llvm.intr.fmuladd(%52, %0, %44) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %58 = llvm.intr.fmuladd(%55, %0, %45) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    scf.yield %56, %57, %58 : vector<4xf32>, vector<4xf32>, vector<4xf32>
  }
  %59 = arith.addf %46#0, %46#1 : vector<4xf32>
  %60 = arith.addf %59, %46#2 : vector<4xf32>
  scf.yield %60 : vector<4xf32>
}
%61 = arith.constant 8 : i64
%64 = scf.for %62 = %17 to %23 step %61 iter_args(%63 = %32) -> (vector<4xf32>) : i64 {
  %65 = arith.divui %62, %2 : i64
  %66 = arith.muli %65, %x_tile : i64
  %67 = llvm.getelementptr %x[%66] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %68 = arith.addi %65, %8 : i64
  %69 = arith.muli %68, %x_tile : i64
  %70 = llvm.getelementptr %x[%69] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %74:2 = scf.for %71 = %10 to %columns step %8 iter_args(%72 = %63, %73 = %0) -> (vector<4xf32>, vector<4xf32>) : i64 {
    %75 = arith.muli %71, %2 : i64
    %76 = llvm.getelementptr %67[%75] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %77 = llvm.load %76 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %78 = arith.muli %71, %2 : i64
    %79 = llvm.getelementptr %70[%78] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %80 = llvm.load %79 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %81 = llvm.intr.fmuladd(%77, %0, %72) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %82 = llvm.intr.fmuladd(%80, %0, %73) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    scf.yield %81, %82 : vector<4xf32>, vector<4xf32>
  }
  %83 = arith.addf %74#0, %74#1 : vector<4xf32>
  scf.yield %83 : vector<4xf32>
}
%86 = scf.for %84 = %23 to %27 step %2 iter_args(%85 = %64) -> (vector<4xf32>) : i64 {
  %87 = arith.divui %84, %2 : i64
  %88 = arith.muli %87, %x_tile : i64
  %89 = llvm.getelementptr %x[%88] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %92 = scf.for %90 = %10 to %columns step %8 iter_args(%91 = %85) -> (vector<4xf32>) : i64 {
    %93 = arith.muli %90, %2 : i64
    %94 = llvm.getelementptr %89[%93] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %95 = llvm.load %94 {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
    %96 = llvm.intr.fmuladd(%95, %0, %91) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    scf.yield %96 : vector<4xf32>
  }
  scf.yield %92 : vector<4xf32>
}
%97 = vector.reduction <add>, %86 : vector<4xf32> into f32
%98 = arith.constant 0.000000000e+00 : f32
%99 = arith.cmpf ord, %97, %98 : f32
