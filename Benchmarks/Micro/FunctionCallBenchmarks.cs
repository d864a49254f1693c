using BenchmarkDotNet.Attributes;
using TfLbfgs.Benchmarks.Overhead;
using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Functions;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Micro;

/// <summary>One call of a traced function, handles freed: of one op, and of loss and gradient of the workload <c>seed</c>.</summary>
public class FunctionCallBenchmarks
{
    private Tensor _scalar = null!;
    private TapeObjective _objective = null!;
    private Tensor[] _arguments = null!;
    private Function _increment = null!;
    private Function _gradient = null!;
    private BareCall _bareIncrement = null!;
    private BareCall _bareGradient = null!;

    /// <summary>Whether XLA compiles the functions.</summary>
    [Params(false, true)]
    public bool Compile { get; set; }

    /// <summary>Traces the functions.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _scalar = Tensor.Scalar(1.5);
        _objective = new SeedWorkload().CreateObjective();
        _arguments = [_objective.InitialPosition(), .. _objective.Data];
        FunctionOptions options = new() { Compile = Compile };
        _increment = new Function(x => x + 1.0, options);
        _gradient = new Function(
            inputs =>
            {
                (Tensor loss, Tensor gradient) = _objective.Evaluate(inputs[0], inputs[1..]);
                return [loss, gradient];
            },
            options);
        _bareIncrement = Bare(_increment, [_scalar], 1);
        _bareGradient = Bare(_gradient, _arguments, 2);
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        _bareIncrement.Dispose();
        _bareGradient.Dispose();
        _increment.Dispose();
        _gradient.Dispose();
        _arguments[0].Dispose();
        _objective.Dispose();
        _scalar.Dispose();
    }

    /// <summary>x + 1 of a scalar by <c>TFE_Execute</c> through function pointers.</summary>
    [Benchmark]
    public void IncrementBare() => _bareIncrement.Call();

    /// <summary>The same by <c>Function.Call</c>.</summary>
    [Benchmark]
    public void Increment() => _increment.Call(_scalar)[0].Dispose();

    /// <summary>Loss and gradient by <c>TFE_Execute</c> through function pointers, the loss read.</summary>
    [Benchmark]
    public double GradientBare() => _bareGradient.Call();

    /// <summary>The same by <c>Function.Call</c>.</summary>
    [Benchmark]
    public double Gradient()
    {
        Tensor[] results = _gradient.Call(_arguments);
        double loss = results[0].ToScalar<double>();
        results[0].Dispose();
        results[1].Dispose();
        return loss;
    }

    /// <summary>Tracing x + 1 (and compiling it) until its first result.</summary>
    [Benchmark]
    public void TraceIncrement()
    {
        using Function function = new(x => x + 1.0, new FunctionOptions { Compile = Compile });
        function.Call(_scalar)[0].Dispose();
    }

    private static BareCall Bare(Function function, Tensor[] arguments, int outputs)
    {
        (string name, IReadOnlyList<Tensor> inputs) = function.NativeCall(arguments);
        return new BareCall(name, inputs, outputs, read: 0);
    }
}
