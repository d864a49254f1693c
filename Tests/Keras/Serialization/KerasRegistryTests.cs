using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Serialization;

public sealed class KerasRegistryTests : LeakChecked
{
    [Fact]
    public void Register_CustomLayer_IsWrittenAndLoaded()
    {
        using ScratchFolder folder = new();
        KerasRegistry.Register<Scaling>();
        try
        {
            using Sequential model = new(DType.Float64) { new InputLayer([2]), new Scaling(3.5), new Dense(1) };
            model.Save(folder.File("m.h5"));
            using Model loaded = Model.Load(folder.File("m.h5"));
            Assert.Equal(3.5, Assert.IsType<Scaling>(loaded.Layers[0]).Factor);
            using Tensor x = Tensor.From(new double[,] { { 1, 2 } });
            using Tensor expected = model.Predict(x), received = loaded.Predict(x);
            Assert.Equal(expected.ToDoubles(), received.ToDoubles());
            Assert.Empty(loaded.LoadReport!.Warnings);
        }
        finally
        {
            KerasRegistry.Unregister<Scaling>();
        }

        string message = Assert.Throws<ModelConfigException>(() => Model.Load(folder.File("m.h5"))).Message;
        Assert.Contains("unknown layer class 'Scaling'", message, StringComparison.Ordinal);
        Assert.Contains("KerasRegistry.Register", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_InitializerThatIsNotRegistered_IsRefusedAndNothingIsWritten()
    {
        using ScratchFolder folder = new();
        using Sequential model = new(DType.Float64) { new InputLayer([2]), new Dense(1) { KernelInitializer = new Half2() } };
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => model.Save(folder.File("m.h5")));
        Assert.Contains("KerasRegistry.Register<Half2>()", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
        KerasRegistry.Register<Half2>();
        try
        {
            model.Save(folder.File("m.h5"));
            using Model loaded = Model.Load(folder.File("m.h5"));
            Assert.IsType<Half2>(((Dense)loaded.Layers[0]).KernelInitializer);
        }
        finally
        {
            KerasRegistry.Unregister<Half2>();
        }
    }

    [Fact]
    public void Save_ActivationThatIsAFunction_IsRefusedAndWeightsAreSaved()
    {
        using ScratchFolder folder = new();
        using Sequential siren = new(DType.Float64) { new InputLayer([2]), new Dense(4, x => Tf.Sin(30 * x)), new Dense(1) };
        using Tensor x = Tensor.From(new double[,] { { 0.1, 0.2 } });
        using Tensor y = siren.Predict(x);
        double[][] w = siren.GetWeights();
        double expected = Enumerable.Range(0, 4).Sum(j => Math.Sin(30 * ((0.1 * w[0][j]) + (0.2 * w[0][4 + j]))) * w[2][j]);
        Assert.Equal(expected, y.ToDouble(), 1e-12);
        Assert.Contains("has no form in Keras files", Assert.Throws<TfLbfgsException>(() => siren.Save(folder.File("m.h5"))).Message,
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
        siren.SaveWeights(folder.File("w.h5"));
        Assert.Equal(4, siren.LoadWeights(folder.File("w.h5")).LoadedCount);
    }

    [Fact]
    public void Create_UnknownName_IsOneSentenceWithNearNames()
    {
        string message = Assert.Throws<TfLbfgsException>(() => KerasRegistry.Create<Loss>("mean_squared_eror")).Message;
        Assert.Contains("unknown loss 'mean_squared_eror'. Did you mean", message, StringComparison.Ordinal);
        Assert.Contains("Expected one of: BinaryCrossentropy", message, StringComparison.Ordinal);
    }

    [Fact]
    public void FieldsOf_Dense_ListsNamesDefaultsAndWhatIsRequired()
    {
        IReadOnlyList<ConfigField> fields = KerasRegistry.FieldsOf<Layer>("Dense");
        Assert.Equal(["name", "trainable", "dtype", "activity_regularizer", "units", "activation"],
            fields.Take(6).Select(field => field.Name));
        Assert.True(fields.Single(field => field.Name == "units").IsRequired);
        Assert.Equal("true", fields.Single(field => field.Name == "use_bias").Default!.ToJsonString());
        Assert.Equal("\"linear\"", fields.Single(field => field.Name == "activation").Default!.ToJsonString());
    }

    [Fact]
    public void BuiltInClasses_EachHasAFactoryAndReadsWhatItWrites()
    {
        foreach (RegisteredClass entry in KerasRegistry.BuiltInClasses)
        {
            KerasComponent component = entry.Factory();
            Assert.IsType(entry.Type, component);
            (component as IDisposable)?.Dispose();
        }

        Assert.True(KerasRegistry.BuiltInClasses.Count > 50, $"only {KerasRegistry.BuiltInClasses.Count}");
        Assert.Contains("Dense", KerasRegistry.Names<Layer>());
        Assert.Contains("relu", KerasRegistry.Names<ActivationFunction>());
    }

    [Fact]
    public void FromConfig_UnknownField_IsRefused()
    {
        using JsonDocument config = JsonDocument.Parse("""{"units": 2, "unitz": 3}""");
        Assert.Contains("received 'unitz'",
            Assert.Throws<ModelConfigException>(() => KerasRegistry.FromConfig<Layer>("Dense", config.RootElement)).Message,
            StringComparison.Ordinal);
    }

    private sealed class Scaling : Layer
    {
        private double _factor = 1;

        public Scaling()
        {
        }

        public Scaling(double factor) => _factor = factor;

        public double Factor => _factor;

        protected internal override void Describe(ConfigFields fields)
        {
            base.Describe(fields);
            fields.Number("factor", ref _factor);
        }

        protected override Tensor Call(Tensor input, CallContext context) => input * _factor;
    }

    private sealed class Half2 : Initializer
    {
        protected override double[] Values(Shape shape, RandomSource random) => Fill(shape, () => 0.5);
    }
}
