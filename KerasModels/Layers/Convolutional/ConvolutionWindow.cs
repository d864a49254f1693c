namespace TfLbfgs.Keras.Layers;

/// <summary>The window of a convolution, as constructors pass it on.</summary>
internal readonly record struct ConvolutionWindow(Extents KernelSize, Extents? Strides, string Padding, DataFormat DataFormat,
    Extents? DilationRate);
