using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Keras.Saving;

/// <summary>
/// Files of a class of the user's own: the class is written in C#, built, and takes the weights of every file; where a file states class
/// and input, the registered class is made by it.
/// </summary>
[Trait("Category", "Reference")]
public class SubclassedFileTests : LeakChecked
{
    [Theory]
    [InlineData("k2_subclassed", "weights.h5")]
    [InlineData("k2_subclassed", "model.weights.h5")]
    [InlineData("k2_subclassed", "model.keras")]
    [InlineData("k2_subclassed", "checkpoint_object")]
    [InlineData("k2_subclassed", "checkpoint")]
    [InlineData("k2_subclassed", "saved_model")]
    [InlineData("k2_subclassed", "weights.npz")]
    [InlineData("k3_subclassed", "model.keras")]
    [InlineData("k3_subclassed", "model.weights.h5")]
    [InlineData("k3_subclassed", "model.h5")]
    [InlineData("k3_subclassed", "weights.npz")]
    public void LoadWeights_IntoTheClassInCSharp_GivesTheOutputsOfKeras(string name, string file) => AssertLoads(name, file);

    [Theory]
    [InlineData("k2_subclassed")]
    [InlineData("k3_subclassed")]
    public void Load_RegisteredClass_IsBuiltAndFilled(string name)
    {
        string path = KerasCases.PathOf(name, "model.keras");
        Assert.Contains("'TwoTower'", Assert.Throws<ModelConfigException>(() => Model.Load(path)).Message, StringComparison.Ordinal);
        KerasRegistry.Register<TwoTower>(package: "reference");
        try
        {
            using ScratchFolder folder = new();
            using Model model = Model.Load(path);
            Assert.Empty(model.LoadReport!.Mismatches);
            AssertOutputs(name, model);
            model.Save(folder.File("again.keras"));
            using Model again = Model.Load(folder.File("again.keras"));
            AssertOutputs(name, again);
        }
        finally
        {
            KerasRegistry.Unregister<TwoTower>();
        }
    }

    /// <summary>Builds the class, loads the weights of a file, and compares with Keras.</summary>
    internal static void AssertLoads(string name, string file)
    {
        using TwoTower model = new();
        model.Build([-1, 3]);
        LoadReport report = model.LoadWeights(KerasCases.PathOf(name, file));
        Assert.Empty(report.Mismatches);
        AssertOutputs(name, model);
    }

    // The generations list the variables of a class in different orders, so gradients are not compared.
    private static void AssertOutputs(string name, Model model)
    {
        JsonElement reference = KerasReference.Read("cases", name, "case.json");
        using TensorScope scope = new();
        Tensor[] inputs = [.. reference.GetProperty("inputs").EnumerateArray().Select(KerasReference.ToTensor)];
        KerasReference.AssertClose(reference.GetProperty("outputs")[0], model.Predict(inputs)[0], 1e-12);
    }

    /// <summary>Two dense layers, normalized, and a shortcut with a factor: the class of the reference data in C#.</summary>
    internal sealed class TwoTower : Model
    {
        private readonly List<Dense> _tower = [new(5, "tanh"), new(4, "tanh")];
        private Dense _head = new(2);
        private Dense _skip = new(2, useBias: false);
        private readonly BatchNormalization _norm = new();
        private long _units = 2;
        private Variable? _scale;

        public TwoTower() : base(dtype: DType.Float64)
        {
        }

        protected override void CreateVariables(Shape inputShape) => _scale = AddVariable("scale_factor", [_units], "ones");

        protected override Tensor Call(Tensor input, CallContext context)
        {
            Tensor h = _tower.Aggregate(input, (x, layer) => layer.Call(x));
            return _head.Call(_norm.Call(h)) + (_scale!.Value * _skip.Call(input));
        }

        protected internal override void Describe(ConfigFields fields)
        {
            base.Describe(fields);
            fields.Integer("units", ref _units, minimum: 1);
            if (!fields.IsReading)
                return;
            _head.Dispose();
            _skip.Dispose();
            (_head, _skip) = (new Dense(_units), new Dense(_units, useBias: false));
        }
    }
}
