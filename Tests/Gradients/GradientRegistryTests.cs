using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

public class GradientRegistryTests : LeakChecked
{
    [Fact]
    public void Register_OfOpWithoutRule_IsUsedAndTakenBack()
    {
        Assert.False(GradientRegistry.Has(OpNames.ToBool));
        using (GradientRegistry.Register(OpNames.ToBool, context => context.Result()))
            Assert.True(GradientRegistry.Has(OpNames.ToBool));
        Assert.False(GradientRegistry.Has(OpNames.ToBool));
    }

    [Fact]
    public void Register_InPlaceOfOurs_ReplacesUntilDisposed()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From([3.0, -2.0]);
        Tensor Slope()
        {
            using GradientTape tape = new();
            tape.Watch(x);
            return tape.Gradient(Tf.Abs(x), x);
        }

        using (GradientRegistry.Register(OpNames.Abs, context => context.Result(context.Upstream * 7)))
        {
            using (GradientRegistry.Register(OpNames.Abs, context => context.Result(context.Upstream * 8)))
                Assert.Equal([8.0, 8.0], Slope().ToDoubles());
            Assert.Equal([7.0, 7.0], Slope().ToDoubles());
        }

        Assert.Equal([1.0, -1.0], Slope().ToDoubles());
    }

    [Fact]
    public void Dispose_InAnotherOrder_LeavesTheNewestThatIsLeft()
    {
        GradientRule first = context => context.Result(context.Upstream), second = context => context.Result(context.Upstream * 2);
        IDisposable one = GradientRegistry.Register("OpOfNobody", first);
        IDisposable two = GradientRegistry.Register("OpOfNobody", second);
        one.Dispose();
        Assert.Same(second, GradientRegistry.Find("OpOfNobody"));
        two.Dispose();
        two.Dispose();
        Assert.Null(GradientRegistry.Find("OpOfNobody"));
    }

    [Fact]
    public void Register_FromSeveralThreads_KeepsEveryRule()
    {
        IDisposable[] registrations = new IDisposable[64];
        Parallel.For(0, registrations.Length,
            i => registrations[i] = GradientRegistry.Register($"OpOfThread{i}", context => context.Result()));
        Assert.All(Enumerable.Range(0, registrations.Length), i => Assert.True(GradientRegistry.Has($"OpOfThread{i}")));
        Parallel.ForEach(registrations, registration => registration.Dispose());
        Assert.All(Enumerable.Range(0, registrations.Length), i => Assert.False(GradientRegistry.Has($"OpOfThread{i}")));
    }

    [Fact]
    public void Get_OfAttributesGivenAndLeftOut_HasValueAndDefault()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.Ones([2, 3], DType.Float64);
        List<(bool A, bool B)> seen = [];
        using (GradientRegistry.Register(OpNames.MatMul, context =>
        {
            seen.Add((context.Get(OpAttributes.MatMul.TransposeA), context.Get(OpAttributes.MatMul.TransposeB)));
            return context.Result(context.Inputs[0]);
        }))
        {
            using GradientTape tape = new();
            tape.Watch(x);
            // By hand, without transpose_a: the rule reads the default of the definition.
            Tensor y = new Operation(OpNames.MatMul, 1).Input(x).Input(x).Attribute("transpose_b", true).Execute()[0];
            tape.Gradient(y, x);
        }

        Assert.Equal([(false, true)], seen);
    }

    [Fact]
    public void Gradient_ThroughOpWithoutRule_NamesVariableOpAndHowToRegister()
    {
        using TensorScope scope = new();
        using Variable kernel = new(Tensor.From([2.0, 1.0]), "kernel");
        using GradientTape tape = new();
        // An op that runs and returns float64, which has no derivative.
        Tensor y = RawOp.Execute(OpNames.DeepCopy, [kernel.Value])[0];
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => tape.Gradient(y * 2, kernel));
        Assert.Contains("The op DeepCopy has no gradient rule", e.Message, StringComparison.Ordinal);
        Assert.Contains("the variable 'kernel'", e.Message, StringComparison.Ordinal);
        Assert.Contains("GradientRegistry.Register(\"DeepCopy\"", e.Message, StringComparison.Ordinal);
    }
}
