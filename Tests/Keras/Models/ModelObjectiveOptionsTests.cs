using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Keras.Models;

/// <summary>Objectives of several outputs, weights, and training mode.</summary>
public sealed class ModelObjectiveOptionsTests : LeakChecked
{
    private readonly TensorScope _scope = new();

    [Fact]
    public void Evaluate_SeveralInputsAndOutputs_SumsWeightedLosses()
    {
        KerasTensor a = KerasTensor.Input([2], DType.Float64), b = KerasTensor.Input([2], DType.Float64);
        Dense shared = new(1, useBias: false);
        using Model model = new([a, b], [shared.Apply(a), shared.Apply(b)]);
        model.SetWeights([[1, 2]]);
        Tensor x1 = Tensor.From(new double[,] { { 1, 0 }, { 0, 1 } }), x2 = Tensor.From(new double[,] { { 1, 1 }, { 2, 0 } });
        Tensor y = Tensor.From(new double[,] { { 0 }, { 0 } });
        // mse: (1 + 4) / 2; mae: (3 + 2) / 2; the second sample of the first output counts three times.
        using ModelObjective plain = new(model, ["mse", "mae"], [x1, x2], [y, y]);
        Assert.Equal(5, plain.Measure().Data, 1e-12);
        using ModelObjective weighted = new(
            model, ["mse", "mae"], [x1, x2], [y, y],
                new ModelObjectiveOptions { LossWeights = [2, 10], SampleWeights = [Tensor.From([1.0, 3.0]), null] });
        Assert.Equal((2 * 6.5) + 25, weighted.Measure().Data, 1e-12);
        (Tensor loss, Tensor gradient) = weighted.Evaluate(weighted.InitialPosition(), weighted.Data);
        Assert.Equal(38, loss.ToDouble(), 1e-12);
        Assert.Equal([2 + (10 * 1.5), (2 * 6) + (10 * 0.5)], gradient.ToDoubles(), (l, r) => Math.Abs(l - r) < 1e-12);
        Assert.Contains("2 outputs", Assert.Throws<TfLbfgsException>(() => new ModelObjective(model, ["mse"], [x1, x2], [y])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_DropoutByOption_HasOneMaskInARun()
    {
        using Sequential model = new(DType.Float64) { new InputLayer([8]), new Dense(16, "tanh"), new Dropout(0.5, seed: 3), new Dense(1) };
        Tensor x = Tensor.From<double>([.. Enumerable.Range(0, 80).Select(i => Math.Sin(i))], [10, 8]),
            y = Tensor.Zeros([10, 1], DType.Float64);
        using ModelObjective off = new(model, "mse", x, y);
        using ModelObjective on = new(model, "mse", x, y, new ModelObjectiveOptions { Dropout = true });
        Tensor position = on.InitialPosition();
        double first = on.Evaluate(position, on.Data).Loss.ToDouble();
        Assert.Equal(first, on.Evaluate(position, on.Data).Loss.ToDouble());
        Assert.Equal(first, on.Invoke(position).Loss.ToDouble(), 1e-12);
        Assert.NotEqual(off.Evaluate(position, off.Data).Loss.ToDouble(), first);
        using LbfgsResult result = Lbfgs.Minimize(on, new LbfgsOptions { MaxIterations = 20 });
        Assert.True(result.Loss < result.InitialLoss, result.ToString());
    }

    [Fact]
    public void Evaluate_BatchStatisticsByOption_UpdatesNoState()
    {
        using Sequential model = new(DType.Float64) { new InputLayer([2]), new Centering(), new Dropout(0.9), new Dense(1) };
        Tensor x = Tensor.From(new double[,] { { 1, 3 }, { 3, 5 } }), y = Tensor.Zeros([2, 1], DType.Float64);
        Variable mean = model.NonTrainableVariables.Single();
        using ModelObjective frozen = new(model, "mse", x, y),
            batch = new(model, "mse", x, y, new ModelObjectiveOptions { BatchStatistics = true });
        double[][] w = model.GetWeights();
        double Loss(double c0, double c1) => Math.Pow((c0 * w[1][0]) + (c1 * w[1][1]), 2);
        Assert.Equal((Loss(1, 3) + Loss(3, 5)) / 2, frozen.Measure().Total, 1e-12);
        // The Dropout stays off.
        Assert.Equal((Loss(-1, -1) + Loss(1, 1)) / 2, batch.Measure().Total, 1e-12);
        Assert.Equal([0, 0], mean.Value.ToDoubles());
        // A pass of training by itself updates it, in the middle of which the new value is seen.
        model.Call(x, training: true);
        Assert.Equal([1, 2], mean.Value.ToDoubles());
    }

    [Fact]
    public void Call_MixedPrecision_ComputesInFloat16WithVariablesOfFloat32()
    {
        using Sequential model =
            new(new DTypePolicy("mixed_float16")) { new InputLayer([3]), new Dense(4, "relu"), new Dense(1, dtype: "float32") };
        Tensor x = Tensor.From(new float[,] { { 1, 2, 3 } });
        Tensor y = model.Call(x);
        Assert.Equal(DType.Float32, y.DType);
        Assert.All(model.Variables, variable => Assert.Equal(DType.Float32, variable.DType));
        Dense first = (Dense)model.Layers[0];
        Assert.Equal((DType.Float16, DType.Float32), (first.ComputeDType, first.DType));
        Assert.Equal(DType.Float16, first.Call(x).DType);
        using ModelObjective objective = new(model, "mse", x, Tensor.From(new float[,] { { 1 } }));
        (_, Tensor gradient) = objective.Evaluate(objective.InitialPosition(), objective.Data);
        Assert.Equal(DType.Float32, gradient.DType);
        Assert.Contains(gradient.ToDoubles(), g => g != 0);
    }

    protected override void Dispose(bool disposing)
    {
        _scope.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Subtracts the mean of the batch in training, the moving one otherwise.</summary>
    private sealed class Centering : Layer
    {
        private Variable? _mean;

        protected override void CreateVariables(Shape inputShape) =>
            _mean = AddVariable("moving_mean", [inputShape[-1]], "zeros", trainable: false);

        protected override Tensor Call(Tensor input, CallContext context)
        {
            if (!context.Training)
                return input - _mean!.Value;
            Tensor mean = Tf.ReduceMean(input, [0]);
            context.Update(_mean!, 0.5 * (context.ValueOf(_mean!) + mean));
            return input - mean;
        }
    }
}
