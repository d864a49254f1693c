using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Keras.Models;

/// <summary>Models and layers of a user's own, made of layers in fields.</summary>
public sealed class SubclassedModelTests : LeakChecked
{
    private readonly TensorScope _scope = new();
    private readonly Tensor _x;
    private readonly Tensor _y;

    public SubclassedModelTests() => (_x, _y) = ModelObjectiveTests.Paraboloid();

    [Fact]
    public void Variables_OfAModelWithLayersInFields_HaveTheirPaths()
    {
        using Pinn model = new();
        Assert.Contains("no variables yet", Assert.Throws<TfLbfgsException>(() => model.TrainableVariables).Message,
            StringComparison.Ordinal);
        Assert.Equal([121, 1], model.Predict(_x).Shape);
        Assert.Equal(DType.Float64, model.DType);
        Assert.Equal(["first/kernel", "first/bias", "second/kernel", "second/bias", "last/kernel", "last/bias"],
            model.TrainableVariables.Select(v => v.Name));
        Assert.Equal(["first", "second", "last"], model.Layers.Select(layer => layer.Name));
        Assert.Contains("first (Dense)", model.Summary(), StringComparison.Ordinal);
    }

    [Fact]
    public void Minimize_SubclassedModel_TrainsEveryLayer()
    {
        using Pinn model = new();
        using ModelObjective objective = new(model, "mse", _x, _y);
        Assert.Equal(model.Variables.Sum(v => v.Shape.ElementCount), objective.Count);
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = 60 });
        Assert.True(result.Loss < 0.05 * result.InitialLoss, result.ToString());
        Assert.Contains("second/kernel", objective.Layout.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void SaveWeights_SubclassedModel_LoadsIntoAnother()
    {
        using ScratchFolder folder = new();
        using Pinn model = new(), other = new();
        model.Build([-1, 2]);
        other.Build([-1, 2]);
        other.SetWeights([.. other.GetWeights().Select(w => new double[w.Length])]);
        model.SaveWeights(folder.File("w.h5"));
        LoadReport report = other.LoadWeights(folder.File("w.h5"));
        Assert.All(report.Variables, v => Assert.True(v is { IsLoaded: true, Renamed: false }, v.ToString()));
        Assert.Equal(model.GetWeights(), other.GetWeights());
    }

    [Fact]
    public void TrainableVariables_LayersInListsAndDictionaries_AreFound()
    {
        using Tower model = new();
        model.Build([-1, 2]);
        Assert.Equal(
            ["encoder/layers/0/kernel", "encoder/layers/1/kernel", "heads/left/kernel", "heads/right/kernel", "scale"],
            model.TrainableVariables.Select(v => v.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["encoder/layers/0", "encoder/layers/1"], model.Layers[0].Sublayers.Select(layer => layer.Path));
    }

    [Fact]
    public void TrainableVariables_LayerThatHoldsLayers_AreAllInTheModel()
    {
        using Sequential model = new(DType.Float64) { new InputLayer([2]), new Block(), new Dense(1) };
        Assert.Equal(37, model.TrainableVariables.Sum(v => v.Shape.ElementCount));
        Assert.Equal("block/a/kernel", model.TrainableVariables[0].Name);
        Assert.Contains("37 (", model.Summary(), StringComparison.Ordinal);
        using ScratchFolder folder = new();
        double[][] weights = model.GetWeights();
        model.SaveWeights(folder.File("w.h5"));
        model.SetWeights([.. weights.Select(w => new double[w.Length])]);
        Assert.Equal(6, model.LoadWeights(folder.File("w.h5")).LoadedCount);
        Assert.Equal(weights, model.GetWeights());
    }

    [Fact]
    public void Trainable_OfABlock_FreezesTheLayersWithin()
    {
        using Sequential model = new(DType.Float64) { new InputLayer([2]), new Block { Trainable = false }, new Dense(1) };
        Assert.Equal(2, model.TrainableVariables.Count);
        Assert.Equal(4, model.NonTrainableVariables.Count);
    }

    [Fact]
    public void Objective_TrainableVariableThatNothingHolds_IsAnErrorThatNamesIt()
    {
        using Leaky model = new();
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => new ModelObjective(model, "mse", _x, _y));
        Assert.Contains("hidden/kernel float64(2, 1)", e.Message, StringComparison.Ordinal);
        Assert.Contains("ExtraVariables", e.Message, StringComparison.Ordinal);

        using Pinn pinn = new();
        using Variable lambda = new(Tensor.Scalar(0.5), "lambda");
        Assert.Contains("lambda",
            Assert.Throws<TfLbfgsException>(() =>
            new ModelObjective(pinn, (y, p) => Tf.ReduceMean(Tf.Abs(y - (lambda.Value * p))), _x, _y)).Message, StringComparison.Ordinal);
        using ModelObjective objective =
            new(pinn, (y, p) => Tf.ReduceMean(Tf.Abs(y - (lambda.Value * p))), _x, _y, extraVariables: [lambda]);
        Assert.Same(lambda, objective.TrainedVariables[^1]);
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = 5 });
        Assert.NotEqual(0.5, lambda.Value.ToDouble());
    }

    [Fact]
    public void Call_NestedDropoutWithoutContext_DropsInTraining()
    {
        using Dropping model = new();
        Tensor ones = Tensor.Ones([50, 20], DType.Float64);
        Assert.Equal(ones.ToDoubles(), model.Call(ones).ToDoubles());
        double[] first = model.Call(ones, training: true).ToDoubles(), second = model.Call(ones, training: true).ToDoubles();
        Assert.Contains(0.0, first);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Save_ModelOfAClassThatIsNotRegistered_IsRefusedAndNothingIsWritten()
    {
        using ScratchFolder folder = new();
        using Pinn model = new();
        model.Build([-1, 2]);
        Assert.Contains("KerasRegistry.Register<Pinn>()", Assert.Throws<TfLbfgsException>(() => model.Save(folder.File("m.h5"))).Message,
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Forward_OfASubclassedModel_HasThePenaltiesOfItsLayers()
    {
        using Penalized model = new();
        using ModelOutput output = model.Forward(_x);
        Assert.True(output.RegularizationLoss!.ToDouble() > 0);
    }

    protected override void Dispose(bool disposing)
    {
        _x.Dispose();
        _y.Dispose();
        _scope.Dispose();
        base.Dispose(disposing);
    }

    private sealed class Pinn : Model
    {
        private readonly Dense _first = new(20, "tanh"), _second = new(20, "tanh"), _last = new(1);

        protected override Tensor Call(Tensor x, CallContext context) => _last.Call(_second.Call(_first.Call(x)));
    }

    private sealed class Block : Layer
    {
        private readonly Dense _a = new(4, "tanh"), _b = new(4);

        // Passing the context on is optional.
        protected override Tensor Call(Tensor input, CallContext context) => _b.Call(_a.Call(input, context));
    }

    private sealed class Encoder : Layer
    {
        private readonly List<Layer> _layers = [new Dense(3, useBias: false), new Dense(2, useBias: false)];

        protected override Tensor Call(Tensor input, CallContext context) => _layers.Aggregate(input, (x, layer) => layer.Call(x));
    }

    private sealed class Tower : Model
    {
        private readonly Encoder _encoder = new();
        private readonly Dictionary<string, Dense> _heads =
            new() { ["left"] = new Dense(1, useBias: false), ["right"] = new Dense(1, useBias: false) };
        private Variable? _scale;

        protected override void CreateVariables(Shape inputShape) => _scale = AddVariable("scale", [], "ones");

        protected override Tensor Call(Tensor x, CallContext context)
        {
            Tensor code = _encoder.Call(x);
            return _scale!.Value * (_heads["left"].Call(code) + _heads["right"].Call(code));
        }
    }

    private sealed class Leaky : Model
    {
        private readonly Dense _last = new(1);
        private readonly Holder _holder = new();

        protected override Tensor Call(Tensor x, CallContext context) => _last.Call(x) + _holder.Layer.Call(x);

        protected override void Dispose(bool disposing)
        {
            _holder.Layer.Dispose();
            base.Dispose(disposing);
        }
    }

    // No field of the model is a layer, so none is found.
    private sealed class Holder
    {
        public Dense Layer { get; } = new(1, name: "hidden", dtype: DType.Float64);
    }

    private sealed class Dropping : Model
    {
        private readonly Dropout _dropout = new(0.5);

        protected override Tensor Call(Tensor x, CallContext context) => _dropout.Call(x);
    }

    private sealed class Penalized : Model
    {
        private readonly Dense _only = new(1) { KernelRegularizer = new L2(0.1), ActivityRegularizer = new L1(0.1) };

        protected override Tensor Call(Tensor x, CallContext context) => _only.Call(x);
    }
}
