using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using Xunit;

namespace TfLbfgs.Tests.Gradients;

/// <summary>Further recorded scenarios in C#: forward mode, Jacobians, custom gradients, integers.</summary>
internal static class MoreTapeScenarios
{
    /// <summary>log(1 + e^x) with its stable derivative.</summary>
    public static Func<Tensor, Tensor> Log1pExp { get; } = CustomGradient.Create(x =>
    {
        Tensor e = Tf.Exp(x);
        return (RawOps.Log(1 + e), upstream => upstream * (1 - 1 / (1 + e)));
    });

    public static Dictionary<string, object?> ForwardMode(TapeScenarios.ScenarioInputs i)
    {
        (Tensor x, Tensor w, Tensor v) = (i["x"], i["W"], i["v"]);
        using ForwardAccumulator accumulator = new(x, v);
        Tensor y = Tf.Tanh(Tf.MatMul(x, w));
        Tensor along = accumulator.Jvp(y);
        using ForwardAccumulator outer = new(x, v);
        using GradientTape tape = new();
        tape.Watch(x);
        Tensor gradient = tape.Gradient(Tf.ReduceSum(Tf.Square(Tf.Tanh(Tf.MatMul(x, w)))), x);
        return new() { ["y"] = y, ["jvp"] = along, ["gradient"] = gradient, ["hvp"] = outer.Jvp(gradient) };
    }

    public static Dictionary<string, object?> ForwardUnconnected(TapeScenarios.ScenarioInputs i)
    {
        using ForwardAccumulator accumulator = new(i["x"], Tensor.Ones([2], DType.Float64));
        Tensor y = Tensor.Ones([3], DType.Float64) * 2;
        return new() { ["none"] = accumulator.JvpOrNull(y), ["zero"] = accumulator.Jvp(y, UnconnectedGradients.Zero) };
    }

    public static Dictionary<string, object?> Jacobians(TapeScenarios.ScenarioInputs i)
    {
        (Tensor x, Tensor rows, Tensor w) = (i["x"], i["X"], i["W"]);
        using GradientTape tape = new();
        tape.Watch(x);
        Tensor y = Tf.Stack([Tf.ReduceSum(x * x), x[0] * x[1], Tf.Sin(x[2])]);
        Tensor jacobian = tape.Jacobian(y, x);
        using GradientTape second = new(persistent: true);
        second.Watch(w);
        Tensor z = Tf.Tanh(Tf.MatMul(rows, w));
        return new()
        {
            ["y"] = y,
            ["jacobian"] = jacobian,
            ["z"] = z,
            ["jacobian_W"] = second.Jacobian(z, w),
            ["jacobian_W_loop"] = second.Jacobian(z, [w])[0]
        };
    }

    public static Dictionary<string, object?> BatchJacobian(TapeScenarios.ScenarioInputs i)
    {
        Tensor x = i["x"];
        using GradientTape tape = new();
        tape.Watch(x);
        return new() { ["batch_jacobian"] = tape.BatchJacobian(Tf.Tanh(Tf.MatMul(x, i["W"])), x) };
    }

    public static Dictionary<string, object?> FullHessian(TapeScenarios.ScenarioInputs i)
    {
        Tensor x = i["x"];
        static Tensor F(Tensor t) => Tf.ReduceSum(Tf.Pow(t, 3)) + t[0] * t[1] * t[2];
        return new() { ["y"] = F(x), ["gradient"] = Derivatives.Gradient(F, x), ["hessian"] = Derivatives.Hessian(F, x) };
    }

    public static Dictionary<string, object?> IntegerInputs(TapeScenarios.ScenarioInputs inputs)
    {
        (Tensor i, Tensor x) = (inputs["i"], inputs["x"]);
        using GradientTape tape = new(persistent: true);
        tape.Watch(x);
        Tensor y = RawOps.Cast(i, DType.Float64) * 2, z = Tf.Gather(x, i), k = RawOps.Cast(x, DType.Int32) * 2;
        return new() { ["dy_di"] = tape.GradientOrNull(y, i), ["dz_dx"] = tape.Gradient(z, x), ["dk_dx"] = tape.GradientOrNull(k, x) };
    }

    public static Dictionary<string, object?> CustomGradientTwoOutputs(TapeScenarios.ScenarioInputs i)
    {
        Func<IReadOnlyList<Tensor>, Tensor[]> f = CustomGradient.CreateMany(
            given => ([given[0] * given[1], given[0] + given[1]], upstream => [upstream[0] * 2 + upstream[1], -upstream[0] * given[1]]));
        Tensor[] inputs = [i["a"], i["b"]];
        using GradientTape tape = new(persistent: true);
        foreach (Tensor input in inputs)
            tape.Watch(input);
        Tensor[] y = f(inputs);
        return new() { ["p"] = y[0], ["q"] = y[1], ["d(p+q)"] = tape.Gradient(y, inputs), ["dp_only"] = tape.Gradient(y[0], inputs) };
    }

    public static Dictionary<string, object?> Recompute(TapeScenarios.ScenarioInputs i)
    {
        Tensor x = i["x"];
        using GradientTape tape = new();
        tape.Watch(x);
        Tensor y = CustomGradient.Recompute(t => Tf.Sin(t) * Tf.Exp(t))(x);
        return new() { ["y"] = y, ["gradient"] = tape.Gradient(y, x) };
    }

    public static Dictionary<string, object?> ComplexChain(TapeScenarios.ScenarioInputs i)
    {
        Assert.SkipUnless(GradientRegistry.Has(OpNames.FFT), "FFT has no gradient rule");
        (Tensor z, Tensor w) = (i["z"], i["w"]);
        using GradientTape tape = new();
        tape.Watch(z);
        tape.Watch(w);
        Tensor loss = Tf.ReduceSum(w * Tf.Square(RawOps.ComplexAbs(RawOps.FFT(z * z), DType.Float64)));
        return new() { ["loss"] = loss, ["gradients"] = tape.Gradient(loss, [z, w]) };
    }
}
