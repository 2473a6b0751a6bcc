"""ONNX files in: a graph of ONNX operators becomes a module of PyTorch's, which is captured like any other."""
