using TfLbfgs.Gradients;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Ports;

/// <summary>
/// The heat equation with an unknown conductivity: two networks, float32, five terms that are logged, SciPy's L-BFGS-B. After a program
/// whose repository the index does not name.
/// </summary>
internal sealed class Heat(Tensor domain, (Tensor X, Tensor U) initial, (Tensor X, Tensor U) boundary, int width = 32) : Model
{
    private readonly Sequential _temperature = [.. Enumerable.Range(0, 4).Select(_ => new Dense(width, "tanh")), new Dense(1)];
    private readonly Sequential _conductivity = [new Dense(5, "tanh"), new Dense(5, "tanh"), new Dense(1, "sigmoid")];

    public History Train(Tensor x, Tensor u, Tensor k, int iterations = 50000)
    {
        LbfgsOptions options = LbfgsOptions.SciPyCompatible with
        {
            MaxIterations = iterations,
            MaxEvaluations = 50000,
            MemoryLength = 50,
            GradientTolerance = 1e-8,
        };
        Compile(new LbfgsOptimizer(options) { VectorDType = DType.Float64 }, new CompileOptions());
        return Fit(new TrainingData([x], [u, k]), new FitOptions { Epochs = iterations });
    }

    protected override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        Tensor u = _temperature.Call(inputs[0]);
        return [u, Conductivity(u)];
    }

    protected override Tensor ComputeLoss(TrainingBatch batch, ModelOutput output) => Tf.AddN(
        Term("pde", Residual()),
        Term("ic", _temperature.Call(initial.X) - initial.U),
        Term("bc", _temperature.Call(boundary.X) - boundary.U),
        Term("u", output.Values[0] - batch.Targets[0]),
        Term("k", output.Values[1] - batch.Targets[1]));

    private Tensor Conductivity(Tensor u) => 0.1 * _conductivity.Call(2 * (u - 0.5));

    private Tensor Residual()
    {
        using GradientTape tape = new();
        tape.Watch(domain);
        PartialDerivatives u = Derivatives.Of(_temperature, domain);
        Tensor flux = Conductivity(u.Value) * u[0];
        return u[1] - tape.Gradient(flux, domain)[.., ..1];
    }

    private Tensor Term(string name, Tensor error)
    {
        Tensor term = Tf.ReduceMean(Tf.Square(error));
        LogTerm(name, term);
        return term;
    }
}

public class HeatTests : LeakChecked
{
    [Fact]
    public void Fit_ByLbfgs_GivesThePythonFiguresAndLogsTheTerms()
    {
        using TensorScope scope = new();
        double[][] unit = PortFigures.Points(30, 2), observed = PortFigures.Points(20, 2, 0.25);
        double[] edge = unit[0][..10], ends = Array.ConvertAll(edge, Math.Round);
        Tensor x = PortFigures.Columns(DType.Float32, observed);
        Tensor u = Tf.Exp(-20 * Tf.Square(x[.., ..1] - 0.5)) * Tf.Exp(-x[.., 1..]);
        Tensor k = 0.02 * Tf.Exp(-20 * Tf.Square(u - 0.5));
        Tensor start = PortFigures.Columns(DType.Float32, edge, new double[10]);
        using Heat model = new(
            PortFigures.Columns(DType.Float32, unit),
            (start, Tf.Exp(-50 * Tf.Square(start[.., ..1] - 0.5)) - Math.Exp(-12.5)),
            (PortFigures.Columns(DType.Float32, ends, unit[1][..10]), Tensor.Zeros([10, 1], DType.Float32)), width: 8);
        model.Build([-1, 2]);
        PortFigures.SetWeights(model.TrainableVariables);
        History history = model.Train(x, u, k, iterations: 6);
        PortFigures.Of("heat").Check(((LbfgsOptimizer)model.RequireMethod()).Result!, 2e-6, 1e-3);
        Assert.Equal(["loss", "pde", "ic", "bc", "u", "k"], history.Names);
        Assert.Equal(history["loss"][^1], history.Names.Skip(1).Sum(name => history[name][^1]), 1e-6);
    }
}
