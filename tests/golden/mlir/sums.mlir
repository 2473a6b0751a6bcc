%0 = arith.constant -1 : i64
%1 = arith.addi %rows, %0 : i64
%2 = arith.minsi %row, %1 : i64
%3 = llvm.getelementptr %bias[%2] : (!llvm.ptr, i64) -> !llvm.ptr, f32
%4 = llvm.load %3 {alignment = 4 : i64} : !llvm.ptr -> f32
%5 = vector.broadcast %4 : f32 to vector<4xf32>
%6 = arith.constant 1 : i64
%7 = arith.addi %row, %6 : i64
%8 = arith.addi %rows, %0 : i64
%9 = arith.minsi %7, %8 : i64
%10 = llvm.getelementptr %bias[%9] : (!llvm.ptr, i64) -> !llvm.ptr, f32
%11 = llvm.load %10 {alignment = 4 : i64} : !llvm.ptr -> f32
%12 = vector.broadcast %11 : f32 to vector<4xf32>
%13 = llvm.getelementptr %values[%part] : (!llvm.ptr, i64) -> !llvm.ptr, i16
%14:2 = scf.if %finite -> (vector<4xf32>, vector<4xf32>) {
  %15 = arith.constant 4 : i64
  %16 = arith.constant dense<0.000000000e+00> : vector<4xf32>
  %17 = arith.subi %last, %first : i64
  %18 = arith.divui %17, %15 : i64
  %19 = arith.muli %18, %15 : i64
  %20 = arith.addi %first, %19 : i64
  %30:8 = scf.for %21 = %first to %20 step %15 iter_args(%22 = %5, %23 = %12, %24 = %16, %25 = %16, %26 = %16, %27 = %16, %28 = %16, %29 = %16) -> (vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) : i64 {
    %31 = arith.constant 2 : i64
    %32 = arith.muli %21, %31 : i64
    %33 = arith.constant 1024 : i64
    %34 = arith.addi %32, %33 : i64
    %35 = llvm.getelementptr %13[%34] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    "llvm.intr.prefetch"(%35) <{cache = 1 : i32, hint = 2 : i32, rw = 0 : i32}> : (!llvm.ptr) -> ()
    %36 = llvm.getelementptr %indices[%21] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %37 = llvm.load %36 {alignment = 2 : i64} : !llvm.ptr -> i16
    %38 = arith.extui %37 : i16 to i64
    %39 = arith.muli %38, %x_row : i64
    %40 = llvm.getelementptr %base[%39] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %41 = llvm.intr.masked.load %40, %mask, %16 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
    %42 = arith.muli %21, %31 : i64
    %43 = llvm.getelementptr %13[%42] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %44 = llvm.load %43 {alignment = 2 : i64} : !llvm.ptr -> i16
    %45 = vector.broadcast %44 : i16 to vector<8xi16>
    %46 = vector.bitcast %45 : vector<8xi16> to vector<4xi32>
    %47 = arith.constant dense<-65536> : vector<4xi32>
    %48 = arith.andi %46, %47 : vector<4xi32>
    %49 = arith.bitcast %48 : vector<4xi32> to vector<4xf32>
    %50 = llvm.intr.fmuladd(%49, %41, %22) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %51 = arith.addi %42, %6 : i64
    %52 = llvm.getelementptr %13[%51] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %53 = llvm.load %52 {alignment = 2 : i64} : !llvm.ptr -> i16
    %54 = vector.broadcast %53 : i16 to vector<8xi16>
    %55 = vector.bitcast %54 : vector<8xi16> to vector<4xi32>
    %56 = arith.andi %55, %47 : vector<4xi32>
    %57 = arith.bitcast %56 : vector<4xi32> to vector<4xf32>
    %58 = llvm.intr.fmuladd(%57, %41, %23) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %59 = arith.addi %21, %6 : i64
    %60 = arith.muli %59, %31 : i64
    %61 = arith.addi %60, %33 : i64
    %62 = llvm.getelementptr %13[%61] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    "llvm.intr.prefetch"(%62) <{cache = 1 : i32, hint = 2 : i32, rw = 0 : i32}> : (!llvm.ptr) -> ()
    %63 = llvm.getelementptr %indices[%59] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %64 = llvm.load %63 {alignment = 2 : i64} : !llvm.ptr -> i16
    %65 = arith.extui %64 : i16 to i64
    %66 = arith.muli %65, %x_row : i64
    %67 = llvm.getelementptr %base[%66] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %68 = llvm.intr.masked.load %67, %mask, %16 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
    %69 = arith.muli %59, %31 : i64
    %70 = llvm.getelementptr %13[%69] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %71 = llvm.load %70 {alignment = 2 : i64} : !llvm.ptr -> i16
    %72 = vector.broadcast %71 : i16 to vector<8xi16>
    %73 = vector.bitcast %72 : vector<8xi16> to vector<4xi32>
    %74 = arith.andi %73, %47 : vector<4xi32>
    %75 = arith.bitcast %74 : vector<4xi32> to vector<4xf32>
    %76 = llvm.intr.fmuladd(%75, %68, %24) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %77 = arith.addi %69, %6 : i64
    %78 = llvm.getelementptr %13[%77] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %79 = llvm.load %78 {alignment = 2 : i64} : !llvm.ptr -> i16
    %80 = vector.broadcast %79 : i16 to vector<8xi16>
    %81 = vector.bitcast %80 : vector<8xi16> to vector<4xi32>
    %82 = arith.andi %81, %47 : vector<4xi32>
    %83 = arith.bitcast %82 : vector<4xi32> to vector<4xf32>
    %84 = llvm.intr.fmuladd(%83, %68, %25) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %85 = arith.addi %21, %31 : i64
    %86 = arith.muli %85, %31 : i64
    %87 = arith.addi %86, %33 : i64
    %88 = llvm.getelementptr %13[%87] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    "llvm.intr.prefetch"(%88) <{cache = 1 : i32, hint = 2 : i32, rw = 0 : i32}> : (!llvm.ptr) -> ()
    %89 = llvm.getelementptr %indices[%85] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %90 = llvm.load %89 {alignment = 2 : i64} : !llvm.ptr -> i16
    %91 = arith.extui %90 : i16 to i64
    %92 = arith.muli %91, %x_row : i64
    %93 = llvm.getelementptr %base[%92] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %94 = llvm.intr.masked.load %93, %mask, %16 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
    %95 = arith.muli %85, %31 : i64
    %96 = llvm.getelementptr %13[%95] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %97 = llvm.load %96 {alignment = 2 : i64} : !llvm.ptr -> i16
    %98 = vector.broadcast %97 : i16 to vector<8xi16>
    %99 = vector.bitcast %98 : vector<8xi16> to vector<4xi32>
    %100 = arith.andi %99, %47 : vector<4xi32>
    %101 = arith.bitcast %100 : vector<4xi32> to vector<4xf32>
    %102 = llvm.intr.fmuladd(%101, %94, %26) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %103 = arith.addi %95, %6 : i64
    %104 = llvm.getelementptr %13[%103] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %105 = llvm.load %104 {alignment = 2 : i64} : !llvm.ptr -> i16
    %106 = vector.broadcast %105 : i16 to vector<8xi16>
    %107 = vector.bitcast %106 : vector<8xi16> to vector<4xi32>
    %108 = arith.andi %107, %47 : vector<4xi32>
    %109 = arith.bitcast %108 : vector<4xi32> to vector<4xf32>
    %110 = llvm.intr.fmuladd(%109, %94, %27) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %111 = arith.constant 3 : i64
    %112 = arith.addi %21, %111 : i64
    %113 = arith.muli %112, %31 : i64
    %114 = arith.addi %113, %33 : i64
    %115 = llvm.getelementptr %13[%114] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    "llvm.intr.prefetch"(%115) <{cache = 1 : i32, hint = 2 : i32, rw = 0 : i32}> : (!llvm.ptr) -> ()
    %116 = llvm.getelementptr %indices[%112] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %117 = llvm.load %116 {alignment = 2 : i64} : !llvm.ptr -> i16
    %118 = arith.extui %117 : i16 to i64
    %119 = arith.muli %118, %x_row : i64
    %120 = llvm.getelementptr %base[%119] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %121 = llvm.intr.masked.load %120, %mask, %16 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
    %122 = arith.muli %112, %31 : i64
    %123 = llvm.getelementptr %13[%122] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %124 = llvm.load %123 {alignment = 2 : i64} : !llvm.ptr -> i16
    %125 = vector.broadcast %124 : i16 to vector<8xi16>
    %126 = vector.bitcast %125 : vector<8xi16> to vector<4xi32>
    %127 = arith.andi %126, %47 : vector<4xi32>
    %128 = arith.bitcast %127 : vector<4xi32> to vector<4xf32>
    %129 = llvm.intr.fmuladd(%128, %121, %28) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %130 = arith.addi %122, %6 : i64
    %131 = llvm.getelementptr %13[%130] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %132 = llvm.load %131 {alignment = 2 : i64} : !llvm.ptr -> i16
    %133 = vector.broadcast %132 : i16 to vector<8xi16>
    %134 = vector.bitcast %133 : vector<8xi16> to vector<4xi32>
    %135 = arith.andi %134, %47 : vector<4xi32>
    %136 = arith.bitcast %135 : vector<4xi32> to vector<4xf32>
    %137 = llvm.intr.fmuladd(%136, %121, %29) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    scf.yield %50, %58, %76, %84, %102, %110, %129, %137 : vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
  }
  %138 = arith.addf %30#0, %30#2 : vector<4xf32>
  %139 = arith.addf %138, %30#4 : vector<4xf32>
  %140 = arith.addf %139, %30#6 : vector<4xf32>
  %141 = arith.addf %30#1, %30#3 : vector<4xf32>
  %142 = arith.addf %141, %30#5 : vector<4xf32>
  %143 = arith.addf %142, %30#7 : vector<4xf32>
  %147:2 = scf.for %144 = %20 to %last step %6 iter_args(%145 = %140, %146 = %143) -> (vector<4xf32>, vector<4xf32>) : i64 {
    %148 = arith.constant 2 : i64
    %149 = arith.muli %144, %148 : i64
    %150 = arith.constant 1024 : i64
    %151 = arith.addi %149, %150 : i64
    %152 = llvm.getelementptr %13[%151] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    "llvm.intr.prefetch"(%152) <{cache = 1 : i32, hint = 2 : i32, rw = 0 : i32}> : (!llvm.ptr) -> ()
    %153 = llvm.getelementptr %indices[%144] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %154 = llvm.load %153 {alignment = 2 : i64} : !llvm.ptr -> i16
    %155 = arith.extui %154 : i16 to i64
    %156 = arith.muli %155, %x_row : i64
    %157 = llvm.getelementptr %base[%156] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %158 = llvm.intr.masked.load %157, %mask, %16 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
    %159 = arith.muli %144, %148 : i64
    %160 = llvm.getelementptr %13[%159] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %161 = llvm.load %160 {alignment = 2 : i64} : !llvm.ptr -> i16
    %162 = vector.broadcast %161 : i16 to vector<8xi16>
    %163 = vector.bitcast %162 : vector<8xi16> to vector<4xi32>
    %164 = arith.constant dense<-65536> : vector<4xi32>
    %165 = arith.andi %163, %164 : vector<4xi32>
    %166 = arith.bitcast %165 : vector<4xi32> to vector<4xf32>
    %167 = llvm.intr.fmuladd(%166, %158, %145) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %168 = arith.addi %159, %6 : i64
    %169 = llvm.getelementptr %13[%168] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %170 = llvm.load %169 {alignment = 2 : i64} : !llvm.ptr -> i16
    %171 = vector.broadcast %170 : i16 to vector<8xi16>
    %172 = vector.bitcast %171 : vector<8xi16> to vector<4xi32>
    %173 = arith.andi %172, %164 : vector<4xi32>
    %174 = arith.bitcast %173 : vector<4xi32> to vector<4xf32>
    %175 = llvm.intr.fmuladd(%174, %158, %146) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    scf.yield %167, %175 : vector<4xf32>, vector<4xf32>
  }
  scf.yield %147#0, %147#1 : vector<4xf32>, vector<4xf32>
} else {
  %176 = arith.constant dense<0.000000000e+00> : vector<4xf32>
  %181:3 = scf.for %177 = %column to %limit step %6 iter_args(%178 = %first, %179 = %5, %180 = %12) -> (i64, vector<4xf32>, vector<4xf32>) : i64 {
    %182 = arith.addi %last, %0 : i64
    %183 = arith.minsi %178, %182 : i64
    %184 = arith.constant 0 : i64
    %185 = arith.maxsi %183, %184 : i64
    %186 = arith.cmpi slt, %178, %last : i64
    %187 = llvm.getelementptr %indices[%185] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %188 = llvm.load %187 {alignment = 2 : i64} : !llvm.ptr -> i16
    %189 = arith.extui %188 : i16 to i64
    %190 = arith.cmpi eq, %189, %177 : i64
    %191 = arith.andi %186, %190 : i1
    %192 = arith.muli %177, %x_row : i64
    %193 = llvm.getelementptr %base[%192] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %194 = llvm.intr.masked.load %193, %mask, %176 {alignment = 4 : i32} : (!llvm.ptr, vector<4xi1>, vector<4xf32>) -> vector<4xf32>
    %195 = arith.constant 2 : i64
    %196 = arith.muli %185, %195 : i64
    %197 = llvm.getelementptr %13[%196] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %198 = llvm.load %197 {alignment = 2 : i64} : !llvm.ptr -> i16
    %199 = vector.broadcast %198 : i16 to vector<8xi16>
    %200 = vector.bitcast %199 : vector<8xi16> to vector<4xi32>
    %201 = arith.constant dense<-65536> : vector<4xi32>
    %202 = arith.andi %200, %201 : vector<4xi32>
    %203 = arith.bitcast %202 : vector<4xi32> to vector<4xf32>
    %204 = arith.select %191, %203, %176 : vector<4xf32>
    %205 = llvm.intr.fmuladd(%204, %194, %179) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %206 = arith.addi %196, %6 : i64
    %207 = llvm.getelementptr %13[%206] : (!llvm.ptr, i64) -> !llvm.ptr, i16
    %208 = llvm.load %207 {alignment = 2 : i64} : !llvm.ptr -> i16
    %209 = vector.broadcast %208 : i16 to vector<8xi16>
    %210 = vector.bitcast %209 : vector<8xi16> to vector<4xi32>
    %211 = arith.andi %210, %201 : vector<4xi32>
    %212 = arith.bitcast %211 : vector<4xi32> to vector<4xf32>
    %213 = arith.select %191, %212, %176 : vector<4xf32>
    %214 = llvm.intr.fmuladd(%213, %194, %180) : (vector<4xf32>, vector<4xf32>, vector<4xf32>) -> vector<4xf32>
    %215 = arith.extui %191 : i1 to i64
    %216 = arith.addi %178, %215 : i64
    scf.yield %216, %205, %214 : i64, vector<4xf32>, vector<4xf32>
  }
  scf.yield %181#1, %181#2 : vector<4xf32>, vector<4xf32>
}
