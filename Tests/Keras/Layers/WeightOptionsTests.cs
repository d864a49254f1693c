using TfLbfgs.Keras.Constraints;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers;

/// <summary>The options of a layer's variables, in a layer of one's own.</summary>
public sealed class WeightOptionsTests : LeakChecked
{
    [Fact]
    public void Describe_InACustomLayer_ReadsWritesAndMakesTheVariable()
    {
        using Scaled layer = new();
        layer.Factors.Regularizer = new L2(0.5);
        layer.Factors.Constraint = new NonNeg();
        layer.Build([-1, 2]);
        using (Tensor loss = layer.RegularizationLoss()!)
            Assert.Equal(1, loss.ToDouble(), 1e-6);
        Assert.Single(layer.Constraints);
        string config = layer.GetConfig().ToJsonString();
        Assert.Contains("factor_initializer", config, StringComparison.Ordinal);
        Assert.Contains("NonNeg", config, StringComparison.Ordinal);
        Assert.True(config.IndexOf("offset_initializer", StringComparison.Ordinal) < config.IndexOf("factor_regularizer",
            StringComparison.Ordinal));
    }

    [Fact]
    public void Layers_ThatShareOptions_HaveVariablesOfTheirOwn()
    {
        WeightOptions options = new(new Ones()) { Regularizer = new L1(1) };
        using Dense left = new(1) { KernelOptions = options }, right = new(1) { KernelOptions = options };
        left.Build([-1, 2]);
        right.Build([-1, 2]);
        Assert.NotSame(left.Kernel, right.Kernel);
        using Tensor loss = right.RegularizationLoss()!;
        Assert.Equal(2, loss.ToDouble(), 1e-6);
        Assert.Throws<ArgumentNullException>(() => options.Initializer = null!);
    }

    private sealed class Scaled : Layer
    {
        private readonly WeightOptions _offsets = new(new Zeros());
        private Variable? _factor;

        public WeightOptions Factors { get; } = new(new Ones());

        protected override Tensor Call(Tensor input, CallContext context) => input * _factor!.Value;

        protected override void CreateVariables(Shape inputShape)
        {
            _factor = AddVariable("factor", [inputShape[-1]], Factors);
            AddVariable("offset", [1], _offsets);
        }

        protected internal override void Describe(ConfigFields fields)
        {
            base.Describe(fields);
            WeightOptions.Describe(fields, ("factor", Factors), ("offset", _offsets));
        }
    }
}
