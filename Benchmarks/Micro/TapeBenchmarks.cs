using BenchmarkDotNet.Attributes;
using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Gradients;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Micro;

/// <summary>The tape, eagerly: what it adds to the forward ops, and its gradients.</summary>
public class TapeBenchmarks
{
    private TapeObjective _seed = null!;
    private TapeObjective _pinn = null!;
    private Tensor _seedStart = null!;
    private Tensor _pinnStart = null!;
    private Tensor _x = null!;

    /// <summary>Makes the objectives.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _seed = new SeedWorkload().CreateObjective();
        _pinn = new PinnWorkload().CreateObjective();
        _seedStart = _seed.InitialPosition();
        _pinnStart = _pinn.InitialPosition();
        _x = Tensor.Scalar(0.3);
    }

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        _x.Dispose();
        _seedStart.Dispose();
        _pinnStart.Dispose();
        _seed.Dispose();
        _pinn.Dispose();
    }

    /// <summary>tanh of a scalar, without a tape.</summary>
    [Benchmark(Baseline = true)]
    public void Forward() => Tf.Tanh(_x).Dispose();

    /// <summary>The same, recorded.</summary>
    [Benchmark]
    public void ForwardRecorded()
    {
        using GradientTape tape = new();
        tape.Watch(_x);
        Tf.Tanh(_x).Dispose();
    }

    /// <summary>The same with its derivative.</summary>
    [Benchmark]
    public void FirstDerivative()
    {
        using TensorScope scope = new();
        using GradientTape tape = new();
        tape.Watch(_x);
        tape.Gradient(Tf.Tanh(_x), _x);
    }

    /// <summary>The same with its second derivative.</summary>
    [Benchmark]
    public void SecondDerivative()
    {
        using TensorScope scope = new();
        using GradientTape outer = new();
        outer.Watch(_x);
        Tensor first;
        using (GradientTape inner = new())
        {
            inner.Watch(_x);
            first = inner.Gradient(Tf.Tanh(_x), _x);
        }

        outer.Gradient(first, _x);
    }

    /// <summary>Loss and gradient of the workload <c>seed</c>.</summary>
    [Benchmark]
    public void SeedGradient() => Evaluate(_seed, _seedStart);

    /// <summary>Loss and gradient of the workload <c>pinn</c>: three nested tapes.</summary>
    [Benchmark]
    public void PinnGradient() => Evaluate(_pinn, _pinnStart);

    private static void Evaluate(TapeObjective objective, Tensor position)
    {
        (Tensor loss, Tensor gradient) = objective.Evaluate(position, objective.Data);
        loss.Dispose();
        gradient.Dispose();
    }
}
