using BenchmarkDotNet.Attributes;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Micro;

/// <summary>Host memory to tensors and back.</summary>
public class TransferBenchmarks
{
    private double[] _values = null!;
    private Tensor _scalar = null!;
    private Tensor _vector = null!;

    /// <summary>The number of elements of the vectors.</summary>
    [Params(4417, 1_000_000)]
    public int Count { get; set; }

    /// <summary>Makes the tensors.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _values = new double[Count];
        _scalar = Tensor.Scalar(1.5);
        _vector = Tensor.From(_values);
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        _scalar.Dispose();
        _vector.Dispose();
    }

    /// <summary>One number read.</summary>
    [Benchmark]
    public double ReadScalar() => _scalar.ToScalar<double>();

    /// <summary>A vector read into an array.</summary>
    [Benchmark]
    public double[] ReadArray() => _vector.ToArray<double>();

    /// <summary>A vector looked at where it lies.</summary>
    [Benchmark]
    public double View()
    {
        using TensorView<double> view = _vector.View<double>();
        return view.Span[^1];
    }

    /// <summary>One number uploaded.</summary>
    [Benchmark]
    public void UploadScalar() => Tensor.Scalar(_values[0]).Dispose();

    /// <summary>An array copied into a tensor.</summary>
    [Benchmark]
    public void UploadArray() => Tensor.From(_values).Dispose();
}
