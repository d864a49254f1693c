using BenchmarkDotNet.Attributes;
using TfLbfgs.Benchmarks.Overhead;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Micro;

/// <summary>One eager op, handles freed.</summary>
public class OpBenchmarks
{
    private static readonly int[] VectorShape = [4417];
    private static readonly int[] MatrixShape = [64, 64];

    private Tensor _scalar = null!;
    private Tensor _vector = null!;
    private Tensor _matrix = null!;
    private BareCall _bare = null!;

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _scalar = Tensor.Scalar(1.5);
        _vector = Tensor.Fill(VectorShape, 0.5, DType.Float64);
        _matrix = Tensor.Fill(MatrixShape, 0.5, DType.Float64);
        _bare = new BareCall("AddV2", [_scalar, _scalar], 1, read: null);
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        _bare.Dispose();
        _scalar.Dispose();
        _vector.Dispose();
        _matrix.Dispose();
    }

    /// <summary>The floor: <c>AddV2</c> of two scalars by <c>TFE_Execute</c> through function pointers.</summary>
    [Benchmark(Baseline = true)]
    public void AddScalarsBare() => _bare.Call();

    /// <summary>The same by <c>Tf.Add</c>.</summary>
    [Benchmark]
    public void AddScalars() => Tf.Add(_scalar, _scalar).Dispose();

    /// <summary>The same by the operator, with a number.</summary>
    [Benchmark]
    public void AddScalarAndNumber() => (_scalar + 1.0).Dispose();

    /// <summary>4,417 products.</summary>
    [Benchmark]
    public void MultiplyVectors() => (_vector * _vector).Dispose();

    /// <summary>[64, 64] by [64, 64].</summary>
    [Benchmark]
    public void MatMul() => Tf.MatMul(_matrix, _matrix).Dispose();

    /// <summary>The sum of 4,417 numbers.</summary>
    [Benchmark]
    public void ReduceSum() => Tf.ReduceSum(_vector).Dispose();

    /// <summary>Every second of 4,417 numbers.</summary>
    [Benchmark]
    public void Slice() => _vector[TensorIndex.Slice(0, null, 2)].Dispose();
}
