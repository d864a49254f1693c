using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Keras.Optimizers;

public class OptimizerTests : LeakChecked
{
    [Theory]
    [InlineData("SGD", "sgd")]
    [InlineData("RMSprop", "rm_sprop")]
    [InlineData("AdamW", "adam_w")]
    public void Name_OfBothGenerations_IsKerass(string className, string name)
    {
        using Optimizer optimizer = KerasRegistry.Create<Optimizer>(className);
        Assert.Equal(name, (string?)optimizer.GetConfig()["name"]);
        Assert.Equal(className, (string?)optimizer.GetConfig(KerasGeneration.Keras2)["name"]);
    }

    [Fact]
    public void GetConfig_OfEveryOptimizer_IsReadBackToItself()
    {
        foreach (string name in KerasRegistry.Names<Optimizer>())
        {
            using Optimizer optimizer = KerasRegistry.Create<Optimizer>(name);
            string config = optimizer.GetConfig().ToJsonString();
            using var document = System.Text.Json.JsonDocument.Parse(config);
            using Optimizer read = KerasRegistry.FromConfig<Optimizer>(name, document.RootElement);
            Assert.Equal(config, read.GetConfig().ToJsonString());
        }
    }

    [Fact]
    public void GetConfig_AfterTheRateWasSet_HasTheNewOne()
    {
        using Variable variable = Ones(2);
        using Adam optimizer = new(0.5);
        optimizer.LearningRate = 0.25;
        Assert.Equal(0.25, (double?)optimizer.GetConfig()["learning_rate"]);
        optimizer.Build([variable]);
        optimizer.LearningRate = 0.1;
        Assert.Equal(0.1, (double?)optimizer.GetConfig()["learning_rate"]);
        Assert.Equal(0.1, optimizer.LearningRate);
    }

    [Fact]
    public void LearningRate_SetWhileAFunctionExists_IsUsedByIt()
    {
        using Variable variable = Ones(2);
        using SGD optimizer = new(0.5);
        using Function step = new(inputs =>
        {
            optimizer.Apply([inputs[0]], [variable]);
            return [];
        });
        using TensorScope scope = new();
        Tensor gradient = Tensor.From<float>([1, 1]);
        step.Call(gradient);
        optimizer.LearningRate = 0.25;
        step.Call(gradient);
        Assert.Equal([0.25, 0.25], variable.Value.ToDoubles());
        Assert.Equal(1, step.TraceCount);
        Assert.Equal(2, optimizer.Iterations);
    }

    [Fact]
    public void LearningRate_WithASchedule_CannotBeSet()
    {
        using SGD optimizer = new(new CosineDecay(0.1, 10));
        Assert.Equal(0.1, optimizer.LearningRate, 7);
        Assert.Contains("CosineDecay", Assert.Throws<TfLbfgsException>(() => optimizer.LearningRate = 1).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SGD")]
    [InlineData("Adagrad")]
    [InlineData("Adam")]
    [InlineData("RMSprop")]
    [InlineData("Lion")]
    public void Apply_OfSparseRowsThatRepeat_IsThatOfTheirSum(string name)
    {
        using TensorScope scope = new();
        using Variable sparse = Ones(4, 2), dense = Ones(4, 2);
        using Optimizer first = KerasRegistry.Create<Optimizer>(name), second = KerasRegistry.Create<Optimizer>(name);
        IndexedSlices rows =
            new(Tensor.From(new float[,] { { 0.3f, 0.1f }, { 0.2f, -0.5f }, { 0.4f, 0.4f } }), Tensor.From<int>([1, 1, 3]),
            Tensor.Scalar(4));
        for (int i = 0; i < 2; i++)
        {
            first.Apply([(null, rows)], [sparse]);
            second.Apply([(rows.ToTensor(), null)], [dense]);
        }

        KerasReference.AssertClose(dense.Value.ToDoubles(), sparse.Value.ToDoubles(), 1e-6);
    }

    [Fact]
    public void Apply_WithoutGradientOfOneVariable_LeavesItAsItIs()
    {
        using TensorScope scope = new();
        using Variable moved = Ones(2), left = Ones(2);
        using Adam optimizer = new();
        optimizer.Apply([(Tensor.From<float>([1, 1]), moved), (null, left)]);
        Assert.Equal([1, 1], left.Value.ToDoubles());
        Assert.NotEqual([1, 1], moved.Value.ToDoubles());
        Assert.Contains(
            "depends on none", Assert.Throws<TfLbfgsException>(() => optimizer.Apply([(null, left)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_OfAnotherShapeOrAnUnknownVariable_ThrowsAndChangesNothing()
    {
        using TensorScope scope = new();
        using Variable variable = Ones(2), unknown = Ones(2);
        using SGD optimizer = new();
        optimizer.Build([variable]);
        Assert.Contains("of its shape",
            Assert.Throws<TfLbfgsException>(() => optimizer.Apply([Tensor.From<float>([1, 1, 1])], [variable])).Message,
            StringComparison.Ordinal);
        Assert.Contains("built for",
            Assert.Throws<TfLbfgsException>(() => optimizer.Apply([Tensor.From<float>([1, 1])], [unknown])).Message,
            StringComparison.Ordinal);
        Assert.Equal([1, 1], variable.Value.ToDoubles());
    }

    [Fact]
    public void ExcludeFromWeightDecay_ByNameAndVariable_LeavesThem()
    {
        using TensorScope scope = new();
        using Variable kernel = Ones(2), bias = new(Tensor.From<float>([1, 1]), "dense/bias"), other = Ones(2);
        using SGD optimizer = new(1) { WeightDecay = 0.5 };
        optimizer.ExcludeFromWeightDecay("bias");
        optimizer.ExcludeFromWeightDecay(other);
        Tensor zero = Tensor.From<float>([0, 0]);
        optimizer.Apply([zero, zero, zero], [kernel, bias, other]);
        Assert.Equal([0.5, 0.5, 1, 1, 1, 1], [.. kernel.Value.ToDoubles(), .. bias.Value.ToDoubles(), .. other.Value.ToDoubles()]);
    }

    [Fact]
    public void LossScale_WithAGradientThatIsNotFinite_HalvesAndLeavesTheStepOut()
    {
        using TensorScope scope = new();
        using Variable variable = Ones(2);
        using LossScaleOptimizer optimizer = new(new SGD(1), initialScale: 8, dynamicGrowthSteps: 2);
        optimizer.Apply([Tensor.From<float>([8, float.NaN])], [variable]);
        Assert.Equal([1, 1], variable.Value.ToDoubles());
        Assert.Equal(4, optimizer.Scale);
        optimizer.Apply([Tensor.From<float>([4, 0])], [variable]);
        optimizer.Apply([Tensor.From<float>([4, 0])], [variable]);
        Assert.Equal([-1, 1], variable.Value.ToDoubles());
        Assert.Equal(8, optimizer.Scale);
    }

    [Fact]
    public void ClipNorm_WithClipValue_Throws() =>
        Assert.Contains("one of clipnorm", Assert.Throws<TfLbfgsException>(() => new SGD { ClipNorm = 1, ClipValue = 1 }).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Update_OfACustomOptimizer_IsCalled()
    {
        using TensorScope scope = new();
        using Variable variable = Ones(2);
        using SignDescent optimizer = new();
        optimizer.Apply([Tensor.From<float>([3, -5])], [variable]);
        Assert.Equal([0.5, 1.5], variable.Value.ToDoubles());
        Assert.Equal(2, optimizer.Variables.Count);
    }

    private static Variable Ones(params long[] shape)
    {
        using Tensor ones = Tensor.Ones(Shape.Create(shape), DType.Float32);
        return new Variable(ones, "variable");
    }

    private sealed class SignDescent() : Optimizer(0.5)
    {
        protected override void Update(Variable variable, Tensor gradient, OptimizerStep step) =>
            variable.AssignSub(RawOps.Sign(gradient) * step.LearningRate(variable.DType));
    }
}
