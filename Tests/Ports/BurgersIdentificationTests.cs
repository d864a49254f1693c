using TfLbfgs.Gradients;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Ports;

/// <summary>
/// The coefficients of Burgers' equation outside a network, float64: Adam, then the L-BFGS of fixed steps of lbfgs.lua. After
/// pierremtb/PINNs-TF2.0, ide_cont_burgers.
/// </summary>
internal sealed class BurgersIdentification(Tensor lower, Tensor upper, int hidden = 8, int width = 20) : Model(dtype: DType.Float64)
{
    private readonly Dense[] _hidden = [.. Enumerable.Range(0, hidden).Select(_ => new Dense(width, "tanh") { KernelInitializer = new GlorotNormal() })];
    private readonly Dense _last = new(1) { KernelInitializer = new GlorotNormal() };

    public Variable Lambda1 { get; } = new(Tensor.Scalar(0.0), "lambda_1");

    public Variable Lambda2 { get; } = new(Tensor.Scalar(-6.0), "lambda_2");

    public History Train(Tensor x, Tensor u, int adam = 100, int iterations = 500)
    {
        LbfgsOptions options = LbfgsOptions.TorchCompatible with
        {
            MaxIterations = iterations,
            MaxEvaluations = iterations * 5 / 4,
            MemoryLength = 50,
            LineSearch = new FixedStep { Step = 0.8, InitialStep = 1, ShortensFirstStep = true },
        };
        Compile(new OptimizerSequence(new Adam(1e-3).For(epochs: adam), new LbfgsOptimizer(options)), new CompileOptions { ExtraVariables = [Lambda1, Lambda2] });
        return Fit(x, u, new FitOptions { Epochs = adam + iterations, BatchSize = (int)x.Shape[0] });
    }

    protected override Tensor Call(Tensor input, CallContext context) =>
        _last.Call(_hidden.Aggregate(2 * (input - lower) / (upper - lower) - 1, (x, layer) => layer.Call(x)));

    protected override Tensor ComputeLoss(TrainingBatch batch, ModelOutput output)
    {
        PartialDerivatives u = Derivatives.Of(this, batch.X);
        Tensor residual = u[1] + Lambda1 * u.Value * u[0] - Tf.Exp(Lambda2) * u[0, 0];
        return Tf.ReduceMean(Tf.Square(batch.Y - output.Value)) + Tf.ReduceMean(Tf.Square(residual));
    }
}

public class BurgersIdentificationTests : LeakChecked
{
    [Fact]
    public void Fit_ByAdamThenFixedSteps_GivesThePythonFigures()
    {
        using TensorScope scope = new();
        double[][] unit = PortFigures.Points(30, 2);
        double[] xs = Array.ConvertAll(unit[0], p => (2 * p) - 1), ts = Array.ConvertAll(unit[1], p => 0.99 * p);
        Tensor xt = PortFigures.Columns(DType.Float64, xs, ts);
        Tensor u = PortFigures.Columns(DType.Float64, [.. xs.Zip(ts, (x, t) => -Math.Sin(Math.PI * x) * Math.Exp(-t))]);
        using BurgersIdentification model = new(Tensor.From([-1.0, 0.0]), Tensor.From([1.0, 0.99]), hidden: 3, width: 8);
        model.Build([-1, 2]);
        PortFigures.SetWeights(model.TrainableVariables);
        History history = model.Train(xt, u, adam: 5, iterations: 5);
        PortFigures figures = PortFigures.Of("burgers_identification");
        figures.Close("first", history["loss"][0], 1e-12);
        Assert.Equal(["adam", "lbfgs"], history.Optimizers.Distinct());
        OptimizerSequence sequence = (OptimizerSequence)model.RequireMethod();
        LbfgsResult result = ((LbfgsOptimizer)sequence.Phases[1].Method).Result!;
        figures.Check(result, 1e-6, double.PositiveInfinity);
        // The steps are fixed, so that the loss may rise: the last one is not the best one.
        figures.Close("after", result.History[^1].Loss, 1e-6);
        model.Lambda1.Dispose();
        model.Lambda2.Dispose();
    }
}
