using System.Text.Json;
using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Tests.Gradients;

/// <summary>The recorded tape scenarios in C#. A result is a tensor, null, an array or a dictionary of results.</summary>
internal static class TapeScenarios
{
    public delegate Dictionary<string, object?> Scenario(ScenarioInputs inputs);

    public static Dictionary<string, Scenario> All { get; } = new()
    {
        ["pinn_chain"] = PinnChain,
        ["pinn_burgers"] = i => Pinn(i, u => u.T + u.U * u.X - u.XX * (0.01 / Math.PI)),
        ["pinn_kdv"] = i => Pinn(i, u => u.T + 6.0 * u.U * u.X + u.XXX),
        ["pinn_wave"] = i => Pinn(i, u => u.TT - 4.0 * u.XX),
        ["pinn_allen_cahn"] = i => Pinn(i, u => u.T - 1e-4 * u.XX + 5.0 * Tf.Pow(u.U, 3) - 5.0 * u.U),
        ["pinn_helmholtz_source"] = i => Pinn(i, u => u.XX + u.TT + u.U - Tf.Sin(Math.PI * i["x"]) * Tf.Sin(Math.PI * i["t"])),
        ["poly_derivatives"] = Polynomial,
        ["persistent_tape"] = Persistent,
        ["non_persistent_twice"] = Twice,
        ["gradient_inside_context"] = Inside,
        ["unwatched_and_unconnected"] = Unconnected,
        ["stop_recording"] = StopRecording,
        ["reset_tape"] = Reset,
        ["multiple_targets"] = MultipleTargets,
        ["target_is_source"] = TargetIsSource,
        ["watch_intermediate"] = WatchIntermediate,
        ["indexed_slices"] = Gathers,
        ["stop_gradient_chain"] = i => ValueAndGradients(v => v * Tf.StopGradient(v * v), i["x"]),
        ["two_sibling_tapes"] = Siblings,
        ["outer_tape_only_watches"] = OuterOnly,
        ["accumulate_fan_out"] = i => ValueAndGradients(v => v + v * v + Tf.Sin(v) + v[0], i["x"]),
        ["flatten_with_stitch"] = FlattenWithStitch,
        ["complex_target"] = ComplexTarget,
        ["mixed_precision_cast"] = MixedPrecision,
        ["keras_style_dense_net"] = DenseNet,
        ["py_numbers_and_dtype"] = NumbersTakeDType,
        ["forward_mode_jvp"] = MoreTapeScenarios.ForwardMode,
        ["jvp_unconnected"] = MoreTapeScenarios.ForwardUnconnected,
        ["jacobian"] = MoreTapeScenarios.Jacobians,
        ["batch_jacobian"] = MoreTapeScenarios.BatchJacobian,
        ["full_hessian"] = MoreTapeScenarios.FullHessian,
        ["integer_inputs"] = MoreTapeScenarios.IntegerInputs,
        ["custom_gradient"] = i => ValueAndGradients(MoreTapeScenarios.Log1pExp, i["x"]),
        ["custom_gradient_two_outputs"] = MoreTapeScenarios.CustomGradientTwoOutputs,
        ["recompute_grad"] = MoreTapeScenarios.Recompute,
        ["complex_chain"] = MoreTapeScenarios.ComplexChain,
    };

    private static Tensor Net(Tensor[] w, Tensor h)
    {
        for (int i = 0; i < w.Length; i += 2)
        {
            h = Tf.MatMul(h, w[i]) + w[i + 1];
            if (i < w.Length - 2)
                h = Tf.Tanh(h);
        }

        return h;
    }

    private static Derivatives Derive(Tensor[] w, Tensor x, Tensor t)
    {
        using GradientTape t3 = new(persistent: true);
        using GradientTape t2 = new(persistent: true);
        using GradientTape t1 = new(persistent: true);
        foreach (GradientTape tape in (GradientTape[])[t3, t2, t1])
        {
            tape.Watch(x);
            tape.Watch(t);
        }

        Tensor u = Net(w, Tf.Concat([x, t], 1));
        Tensor ux = t1.Gradient(u, x), ut = t1.Gradient(u, t);
        t1.Dispose();
        Tensor uxx = t2.Gradient(ux, x), uxt = t2.Gradient(ux, t), utt = t2.Gradient(ut, t);
        t2.Dispose();
        return new Derivatives(u, ux, ut, uxx, uxt, utt, t3.Gradient(uxx, x));
    }

    private static Dictionary<string, object?> PinnChain(ScenarioInputs i)
    {
        Derivatives u = Derive(i.List("weights"), i["x"], i["t"]);
        return new() { ["u"] = u.U, ["u_x"] = u.X, ["u_t"] = u.T, ["u_xx"] = u.XX, ["u_xt"] = u.XT, ["u_tt"] = u.TT, ["u_xxx"] = u.XXX };
    }

    private static Dictionary<string, object?> Pinn(ScenarioInputs i, Func<Derivatives, Tensor> form)
    {
        Tensor[] w = i.List("weights"), v = i.List("hvp_vector");
        (Tensor Loss, Tensor Residual) Compute(Tensor[] weights)
        {
            Tensor residual = form(Derive(weights, i["x"], i["t"]));
            return (Tf.ReduceMean(Tf.Square(residual)), residual);
        }

        Tensor?[] LossAndGradients(Tensor[] weights)
        {
            using GradientTape tape = new();
            foreach (Tensor weight in weights)
                tape.Watch(weight);
            (Tensor loss, Tensor residual) = Compute(weights);
            return [loss, residual, .. tape.GradientOrNull(loss, weights)];
        }

        Tensor?[] eager = LossAndGradients(w);
        bool[] exists = [];
        using Function function = new(given =>
        {
            Tensor?[] all = LossAndGradients(given);
            exists = Array.ConvertAll(all, tensor => tensor is not null);
            return [.. all.OfType<Tensor>()];
        });
        Tensor[] results = function.Call(w);
        int next = 0;
        Tensor?[] traced = Array.ConvertAll(exists, there => there ? results[next++] : null);

        using GradientTape outer = new();
        foreach (Tensor weight in w)
            outer.Watch(weight);
        Tensor?[] g = LossAndGradients(w)[2..];
        Tensor sum = Tf.AddN([.. g.Zip(v).Where(pair => pair.First is not null).Select(pair => Tf.ReduceSum(pair.First! * pair.Second))]);
        return new()
        {
            ["eager"] = new Dictionary<string, object?> { ["loss"] = eager[0], ["residual"] = eager[1], ["gradients"] = eager[2..] },
            ["traced"] = new Dictionary<string, object?> { ["loss"] = traced[0], ["residual"] = traced[1], ["gradients"] = traced[2..] },
            ["hessian_vector"] = outer.GradientOrNull(sum, w),
        };
    }

    private static Dictionary<string, object?> Polynomial(ScenarioInputs i)
    {
        Func<Tensor, Tensor> f = v => Tf.Pow(v, 5) * Tf.Sin(v);
        List<Tensor?> derivatives = [];
        for (int order = 0; order < 5; order++)
        {
            Func<Tensor, Tensor> before = f;
            f = v =>
            {
                using GradientTape tape = new();
                tape.Watch(v);
                return tape.Gradient(before(v), v);
            };
            derivatives.Add(f(i["x"]));
        }

        return new() { ["derivatives"] = derivatives.ToArray() };
    }

    private static Dictionary<string, object?> Persistent(ScenarioInputs i)
    {
        Tensor x = i["x"];
        using GradientTape tape = new(persistent: true);
        tape.Watch(x);
        Tensor y = x * x, z = y * y;
        return new()
        {
            ["dz_dx"] = tape.Gradient(z, x),
            ["dz_dy"] = tape.Gradient(z, y),
            ["dy_dx"] = tape.Gradient(y, x),
            ["dz_dx_again"] = tape.Gradient(z, x)
        };
    }

    private static Dictionary<string, object?> Twice(ScenarioInputs i)
    {
        Tensor x = i["x"];
        using GradientTape tape = new();
        tape.Watch(x);
        Tensor y = x * x;
        Tensor? g = tape.Gradient(y, x);
        string? error = null;
        try
        {
            tape.Gradient(y, x);
        }
        catch (TfLbfgsException e)
        {
            error = e.Message;
        }

        return new() { ["gradient"] = g, ["error"] = error };
    }

    private static Dictionary<string, object?> Inside(ScenarioInputs i)
    {
        Tensor x = i["x"];
        using GradientTape tape = new(persistent: true);
        tape.Watch(x);
        Tensor g = tape.Gradient(Tf.Pow(x, 3), x);
        return new() { ["gradient"] = g, ["second"] = tape.Gradient(g, x) };
    }

    private static Dictionary<string, object?> Unconnected(ScenarioInputs i)
    {
        Tensor x = i["x"], z = i["z"];
        using GradientTape one = new(persistent: true);
        one.Watch(z);
        Tensor y = x * x;
        using GradientTape two = new(persistent: true);
        two.Watch(x);
        two.Watch(z);
        Tensor y2 = x * x;
        return new()
        {
            ["unwatched"] = one.GradientOrNull(y, x),
            ["unwatched_zero"] = one.Gradient(y, x, unconnected: UnconnectedGradients.Zero),
            ["unconnected"] = two.GradientOrNull(y2, [x, z]),
            ["unconnected_zero"] = two.Gradient(y2, [x, z], unconnected: UnconnectedGradients.Zero),
        };
    }

    private static Dictionary<string, object?> StopRecording(ScenarioInputs i)
    {
        Tensor x = i["x"];
        using GradientTape tape = new();
        tape.Watch(x);
        Tensor y = x * x, z;
        using (tape.StopRecording())
            z = Tf.Pow(x, 3);
        Tensor s = y + z * x;
        return new() { ["s"] = s, ["gradient"] = tape.Gradient(s, x) };
    }

    private static Dictionary<string, object?> Reset(ScenarioInputs i)
    {
        Tensor x = i["x"];
        using GradientTape tape = new(persistent: true);
        tape.Watch(x);
        Tensor y = x * x;
        tape.Reset();
        tape.Watch(x);
        Tensor z = Tf.Pow(x, 3);
        return new() { ["dy_dx"] = tape.GradientOrNull(y, x), ["dz_dx"] = tape.GradientOrNull(z, x) };
    }

    private static Dictionary<string, object?> MultipleTargets(ScenarioInputs i)
    {
        Tensor x = i["x"], w = i["w"];
        using GradientTape tape = new(persistent: true);
        tape.Watch(x);
        tape.Watch(w);
        Tensor y = Tf.Sin(x) * w, z = Tf.ReduceSum(x * x);
        Tensor?[] both = tape.Gradient([y, z], [x, w]);
        return new()
        {
            ["sum"] = tape.Gradient([y, z], [x])[0],
            ["dict"] = new Dictionary<string, object?> { ["p"] = both[0], ["q"] = new[] { both[1] } },
            ["weighted"] = tape.Gradient([y, z], [x, w], [i["og_y"], i["og_z"]]),
            ["twice"] = tape.Gradient(y, [x, x]),
        };
    }

    private static Dictionary<string, object?> TargetIsSource(ScenarioInputs i)
    {
        Tensor x = i["x"];
        using GradientTape tape = new(persistent: true);
        tape.Watch(x);
        Tensor y = x * 2;
        return new() { ["dx_dx"] = tape.Gradient(x, x), ["dy_dy"] = tape.Gradient(y, y), ["dx_dx_og"] = tape.Gradient(x, x, i["og"]) };
    }

    private static Dictionary<string, object?> WatchIntermediate(ScenarioInputs i)
    {
        Tensor x = i["x"];
        using GradientTape tape = new(persistent: true);
        Tensor y = x * x;
        tape.Watch(y);
        Tensor z = Tf.Exp(y);
        return new() { ["dz_dy"] = tape.Gradient(z, y), ["dz_dx"] = tape.GradientOrNull(z, x) };
    }

    private static Dictionary<string, object?> Gathers(ScenarioInputs i)
    {
        Tensor x = i["x"];
        using GradientTape tape = new(persistent: true);
        tape.Watch(x);
        Tensor a = Tf.ReduceSum(Tf.Square(Tf.Gather(x, Tf.Constant([0, 2, 0])))), b = Tf.ReduceSum(Tf.Gather(x, Tf.Constant([3])) * 3);
        Tensor e = a + Tf.ReduceSum(x * x);
        return new() { ["one"] = tape.Gradient(a, x), ["two"] = tape.Gradient([a, b], [x])[0], ["mixed"] = tape.Gradient(e, x) };
    }

    private static Dictionary<string, object?> Siblings(ScenarioInputs i)
    {
        Tensor x = i["x"], y;
        using GradientTape a = new();
        a.Watch(x);
        Tensor? inner;
        using (GradientTape b = new())
        {
            b.Watch(x);
            y = Tf.Pow(x, 2);
            inner = b.Gradient(y, x);
        }

        Tensor z = Tf.Pow(y, 2);
        return new() { ["a"] = a.Gradient(z, x), ["b"] = inner };
    }

    private static Dictionary<string, object?> OuterOnly(ScenarioInputs i)
    {
        Tensor x = i["x"];
        using GradientTape a = new();
        a.Watch(x);
        using GradientTape b = new();
        Tensor y = Tf.Pow(x, 2);
        return new() { ["inner"] = b.GradientOrNull(y, x), ["outer"] = a.Gradient(y, x) };
    }

    private static Dictionary<string, object?> FlattenWithStitch(ScenarioInputs i)
    {
        Tensor[] w = i.List("weights");
        Tensor theta = i["theta"];
        using GradientTape tape = new();
        tape.Watch(theta);
        Tensor[] parts = Tf.DynamicPartition(theta, i["partitions"], w.Length);
        Tensor[] p = [.. parts.Select((part, k) => Tf.Reshape(part, w[k].Shape))];
        Tensor loss = Tf.ReduceMean(Tf.Pow(Net(p, i["x"]) - i["y"], 2));
        return new() { ["loss"] = loss, ["gradient"] = tape.Gradient(loss, theta) };
    }

    private static Dictionary<string, object?> ComplexTarget(ScenarioInputs i)
    {
        Tensor z = i["z"];
        using GradientTape tape = new();
        tape.Watch(z);
        return new() { ["gradient"] = tape.Gradient(z * z, z) };
    }

    private static Dictionary<string, object?> MixedPrecision(ScenarioInputs i)
    {
        Tensor x = i["x"];
        using GradientTape tape = new();
        tape.Watch(x);
        Tensor y = Tf.ReduceSum(Tf.Pow(Tf.Cast(Tf.Sin(Tf.Cast(x, DType.Float32)), DType.Float64), 2));
        return new() { ["y"] = y, ["gradient"] = tape.Gradient(y, x) };
    }

    private static Dictionary<string, object?> DenseNet(ScenarioInputs i)
    {
        Tensor[] w = i.List("weights");
        using GradientTape tape = new();
        foreach (Tensor weight in w)
            tape.Watch(weight);
        Tensor loss = Tf.ReduceMean(Tf.Square(Net(w, i["x"]) - i["y"]));
        return new() { ["loss"] = loss, ["gradients"] = tape.Gradient(loss, w) };
    }

    private static Dictionary<string, object?> NumbersTakeDType(ScenarioInputs i)
    {
        Tensor a = i["a"], b = i["b"];
        using GradientTape tape = new(persistent: true);
        tape.Watch(a);
        tape.Watch(b);
        Tensor p = 2 * a + 1, q = 2 * b + 1;
        return new() { ["da"] = tape.Gradient(p, a), ["db"] = tape.Gradient(q, b) };
    }

    private static Dictionary<string, object?> ValueAndGradients(Func<Tensor, Tensor> f, Tensor x)
    {
        using GradientTape outer = new();
        outer.Watch(x);
        using GradientTape inner = new();
        inner.Watch(x);
        Tensor y = f(x);
        Tensor first = inner.Gradient(y, x);
        return new()
        {
            ["value"] = y,
            ["gradients_of_sum"] = new[] { first },
            ["second_gradients_of_sum"] = new[] { outer.GradientOrNull(first, x) }
        };
    }

    internal sealed record Derivatives(Tensor U, Tensor X, Tensor T, Tensor XX, Tensor XT, Tensor TT, Tensor XXX);

    internal sealed class ScenarioInputs(JsonElement json)
    {
        private readonly Dictionary<string, Tensor> _made = [];

        public Tensor this[string name] =>
            _made.TryGetValue(name, out Tensor? made) ? made : _made[name] = new ReferenceTensor(json.GetProperty(name)).ToTensor();

        public Tensor[] List(string name) =>
            [.. json.GetProperty(name).EnumerateArray().Select(item => new ReferenceTensor(item).ToTensor())];
    }
}
