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
/// Schroedinger's equation with periodic boundaries, float64, by SciPy's L-BFGS-B. After a program of FMagnani, which takes v by x where v
/// by t is meant; so does this one.
/// </summary>
internal sealed class Schroedinger(Tensor lower, Tensor upper, Tensor inside, Tensor left, Tensor right, int width = 100) : Model(dtype: DType.Float64)
{
    private readonly Dense[] _hidden = [.. Enumerable.Range(0, 4).Select(_ => new Dense(width, "tanh"))];
    private readonly Dense _last = new(2);

    public History Train(Tensor x, Tensor uv, int iterations = 15000)
    {
        Compile(new LbfgsOptimizer(LbfgsOptions.SciPyCompatible), new CompileOptions());
        return Fit(x, uv, new FitOptions { Epochs = iterations });
    }

    protected override Tensor Call(Tensor input, CallContext context) =>
        _last.Call(_hidden.Aggregate(2 * (input - lower) / (upper - lower) - 1, (x, layer) => layer.Call(x)));

    protected override Tensor ComputeLoss(TrainingBatch batch, ModelOutput output)
    {
        PartialDerivatives h = Derivatives.Of(this, inside), low = Derivatives.Of(this, left), high = Derivatives.Of(this, right);
        Tensor u = h.Value[.., ..1], v = h.Value[.., 1..], square = Tf.Square(u) + Tf.Square(v);
        Tensor fu = h[1][.., ..1] + 0.5 * h[0, 0][.., 1..] + square * v;
        Tensor fv = h[0][.., 1..] - 0.5 * h[0, 0][.., ..1] - square * u;
        Tensor[] errors = [batch.Y - output.Value, fu, fv, low.Value - high.Value, low[0] - high[0]];
        return Tf.AddN([.. errors.Select(error => Tf.ReduceSum(Tf.ReduceMean(Tf.Square(error), 0)))]);
    }
}

public class SchroedingerTests : LeakChecked
{
    [Fact]
    public void Fit_ByLbfgs_GivesThePythonFigures()
    {
        using TensorScope scope = new();
        double[][] unit = PortFigures.Points(20, 2);
        double[] Times(int rows) => [.. unit[1].Take(rows).Select(p => p * Math.PI / 2)];
        double[] Wide(int rows) => [.. unit[0].Take(rows).Select(p => -5 + (p * 10))];
        double[] x0 = Wide(12), times = Times(10);
        using Schroedinger model = new(
            Tensor.From([-5.0, 0.0]), Tensor.From([5.0, Math.PI / 2]), PortFigures.Columns(DType.Float64, Wide(20), Times(20)),
            PortFigures.Columns(DType.Float64, Array.ConvertAll(times, _ => -5.0), times),
            PortFigures.Columns(DType.Float64, Array.ConvertAll(times, _ => 5.0), times), width: 8);
        model.Build([-1, 2]);
        PortFigures.SetWeights(model.TrainableVariables);
        model.Train(
            PortFigures.Columns(DType.Float64, x0, new double[12]),
            PortFigures.Columns(DType.Float64, Array.ConvertAll(x0, x => 2 / Math.Cosh(x)), new double[12]), iterations: 8);
        PortFigures figures = PortFigures.Of("schroedinger");
        LbfgsResult result = ((LbfgsOptimizer)model.RequireMethod()).Result!;
        figures.Check(result, 1e-12, 1e-8);
        Assert.Equal(figures["evaluations"], result.Evaluations);
    }
}
