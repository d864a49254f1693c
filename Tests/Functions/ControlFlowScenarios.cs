using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Gradients;
using TfLbfgs.Variables;

namespace TfLbfgs.Tests.Functions;

/// <summary>
/// The recorded scenarios of control flow in C#. Each runs in four forms: eagerly, with tapes around the call of a function, with tapes
/// inside a function, and with tapes inside a compiled one.
/// </summary>
internal static class ControlFlowScenarios
{
    public delegate Dictionary<string, object?> Scenario(string form, TapeScenarios.ScenarioInputs inputs);

    /// <summary>Those whose results are gradients of a computation.</summary>
    public static Dictionary<string, Scenario> All { get; } = new()
    {
        ["if_in_function"] = IfInFunction,
        ["cond_captured_weight"] = CapturedWeight,
        ["while_power"] = (form, i) =>
        {
            Dictionary<string, object?> result =
                Values(form,
                x => [Tf.While(s => s[0] < 4, s => [s[0] + 1, Tf.Tanh(s[1] * x[0] + s[1])], [Tensor.Scalar(0), Tf.OnesLike(x[0])],
                maximumIterations: 4)[1]], [i["x"]]);
            return new() { ["graph"] = result, ["eager"] = result };
        },
        // XLA does not know how many steps it takes.
        ["while_data_dependent"] = (form, i) => new()
        {
            ["graph"] = Values(form,
                x => [Tf.While(s => Tf.ReduceSum(s[0]) < 100.0, s => [s[0] * x[0]], [x[0]], form == "compiled" ? 40 : null)[0]], [i["x"]]),
        },
        ["while_zero_iterations"] = (form, i) =>
        {
            Tensor[] found =
                First(form, x => Tf.While(s => s[0] < 0, s => [s[0] + 1, s[1] * x[1]], [Tensor.Scalar(0), x[0]], maximumIterations: 3)[1],
                [i["x"], i["w"]]);
            return new() { ["value"] = found[0], ["gradients"] = found[1..] };
        },
        ["nested_function_call"] = NestedCall,
        ["gradient_inside_function"] = (form, i) =>
        {
            Tensor[] found = First(form is "called" ? "inside" : form, x => Tf.ReduceSum(Tf.Sin(x[0]) * Tf.Exp(x[0])), [i["x"]]);
            return new() { ["value"] = found[0], ["gradient"] = found[1] };
        },
        ["scan_cumulative"] = (form, i) => Values(form, x => [Tf.Scan((a, v) => Tf.Tanh(a + v), x[0])], [i["x"]]),
        ["map_fn_rows"] = (form, i) => Values(form, x => [Tf.MapFunction(row => Tf.Math.ReduceLogSumExp(row), x[0])], [i["x"]]),
        ["case_and_switch"] = CaseAndSwitch,
        ["tensor_array"] = (form, i) => Values(form, x => [Powers(x[0])], [i["x"]]),
        ["variable_read_update"] = Once(ReadUpdate),
        ["non_trainable_and_unwatched"] = Once(NonTrainable),
        ["assign_is_not_differentiated"] = Once(Assigned),
        ["optimizer_ops"] = Once(OptimizerOps),
    };

    private static Scenario Once(Func<TapeScenarios.ScenarioInputs, Dictionary<string, object?>> scenario) => (form, inputs) =>
    {
        Xunit.Assert.SkipUnless(form == "eager", "has one form");
        return scenario(inputs);
    };

    private static Tensor Powers(Tensor x)
    {
        TensorArray array = TensorArray.Create(DType.Float64, 3, x.Shape);
        Tensor[] end = Tf.While(
            s => s[0] < 3,
            s =>
            {
                Tensor y = s[1] * x;
                return [s[0] + 1, y, array.WithFlow(s[2]).Write(s[0], y).Flow];
            },
            [Tensor.Scalar(0), Tf.OnesLike(x), array.Flow],
            maximumIterations: 3);
        return array.WithFlow(end[2]).Stack();
    }

    private static Dictionary<string, object?> IfInFunction(string form, TapeScenarios.ScenarioInputs inputs) =>
        Each(["True", "False"], which =>
    {
        Tensor condition = Tensor.Scalar(which == "True");
        Tensor[] found = First(form, x => Tf.Cond(x[1], () => Tf.Sin(x[0]) * x[0], () => Tf.Square(x[0])), [inputs["x"], condition]);
        return new() { ["value"] = found[0], ["gradient"] = found[1] };
    });

    private static Dictionary<string, object?> CapturedWeight(string form, TapeScenarios.ScenarioInputs inputs) =>
        Each(["True", "False"], which =>
    {
        Tensor condition = Tensor.Scalar(which == "True");
        Tensor[] found = First(form, x => Tf.Cond(x[2], () => x[0] * x[1], () => x[0] + 1.0), [inputs["x"], inputs["w"], condition]);
        return new() { ["value"] = found[0], ["gradients"] = found[1..] };
    });

    private static Dictionary<string, object?> CaseAndSwitch(string form, TapeScenarios.ScenarioInputs inputs) =>
        Each(["0", "1", "2", "9", "-1"], which =>
    {
        Tensor index = Tensor.Scalar(int.Parse(which, System.Globalization.CultureInfo.InvariantCulture));
        Tensor[] found =
            First(form, x => Tf.SwitchCase(x[1], [() => x[0] * 2.0, () => Tf.Square(x[0]), () => Tf.Sin(x[0])]), [inputs["x"], index]);
        return new() { ["value"] = found[0], ["gradient"] = found[1] };
    });

    private static Dictionary<string, object?> NestedCall(string form, TapeScenarios.ScenarioInputs inputs)
    {
        using Function inner = new(x => [Tf.Exp(-x[0] * x[0]) * x[1]]);
        return Values(form, x => [inner.Call(x[0], x[1])[0] + inner.Call(x[1], x[0])[0] * x[0]], [inputs["a"], inputs["b"]]);
    }

    private static Dictionary<string, object?> ReadUpdate(TapeScenarios.ScenarioInputs inputs)
    {
        using Variable v = new(inputs["v"]);
        using GradientTape tape = new();
        Tensor y = Tf.ReduceSum(v.Value * v.Value * v.Value);
        Tensor old = v.Value;
        v.AssignAdd(inputs["d"]);
        Tensor added = v.Value;
        v.AssignSub(inputs["d"] * 2.0);
        return new()
        {
            ["old"] = old,
            ["after_add"] = added,
            ["after_sub"] = v.Value,
            ["y"] = y,
            ["gradient_uses_value_at_record_time"] = tape.Gradient(y, [v])[0]
        };
    }

    private static Dictionary<string, object?> NonTrainable(TapeScenarios.ScenarioInputs inputs)
    {
        using Variable a = new(inputs["a"]);
        using Variable b = new(inputs["b"], trainable: false);
        using GradientTape tape = new();
        using GradientTape second = new(watchAccessedVariables: false);
        second.Watch(b);
        Tensor y = Tf.ReduceSum(a.Value * b.Value);
        return new()
        {
            ["gradients"] = tape.GradientOrNull(y, [a, b]),
            ["watched_count"] = "1",
            ["explicit_watch"] = second.GradientOrNull(y, [a, b])
        };
    }

    private static Dictionary<string, object?> Assigned(TapeScenarios.ScenarioInputs inputs)
    {
        Tensor x = inputs["x"];
        using Variable v = new(Tf.ZerosLike(x));
        using GradientTape tape = new(persistent: true);
        tape.Watch(x);
        v.Assign(x * x);
        Tensor y = Tf.ReduceSum(v.Value * 3.0);
        return new() { ["y"] = y, ["gradients_x_v"] = (Tensor?[])[tape.GradientOrNull(y, x), tape.Gradient(y, [v])[0]] };
    }

    private static Dictionary<string, object?> OptimizerOps(TapeScenarios.ScenarioInputs inputs)
    {
        Tensor g = inputs["grad"];
        using Variable sgd = new(inputs["v"]);
        RawOps.ResourceApplyGradientDescent(sgd.Handle, Scalar(0.1), g);
        using Variable v = new(inputs["v"]);
        using Variable m = Filled(0);
        RawOps.ResourceApplyMomentum(v.Handle, m.Handle, Scalar(0.1), g, Scalar(0.9), useNesterov: true);
        using Variable w = new(inputs["v"]);
        using Variable first = Filled(0);
        using Variable second = Filled(0);
        RawOps.ResourceApplyAdam(w.Handle, first.Handle, second.Handle, Scalar(0.9), Scalar(0.999), Scalar(0.01), Scalar(0.9),
            Scalar(0.999), Scalar(1e-7), g);
        using Variable u = new(inputs["v"]);
        using Variable sum = Filled(0.1);
        RawOps.ResourceApplyAdagradV2(u.Handle, sum.Handle, Scalar(0.1), Scalar(1e-7), g);
        using Variable r = new(inputs["v"]);
        using Variable squares = Filled(0);
        using Variable momentum = Filled(0);
        RawOps.ResourceApplyRMSProp(r.Handle, squares.Handle, momentum.Handle, Scalar(0.1), Scalar(0.9), Scalar(0.5), Scalar(1e-7), g);
        return new()
        {
            ["sgd"] = sgd.Value,
            ["nesterov"] = (Tensor?[])[v.Value, m.Value],
            ["adam"] = (Tensor?[])[w.Value, first.Value, second.Value],
            ["adagrad"] = (Tensor?[])[u.Value, sum.Value],
            ["rmsprop"] = (Tensor?[])[r.Value, squares.Value, momentum.Value],
        };

        Variable Filled(double value) => new(Tf.ZerosLike(g) + value);

        static Tensor Scalar(double value) => Tensor.Scalar(value);
    }

    private static Dictionary<string, object?> Each(string[] keys, Func<string, Dictionary<string, object?>> scenario) =>
        keys.ToDictionary(key => key, key => (object?)scenario(key));

    /// <summary>The value and its gradients with respect to the inputs that have any.</summary>
    private static Tensor[] First(string form, Func<Tensor[], Tensor> f, Tensor[] inputs) => InForm(form, x => [f(x)], inputs, (call, x) =>
    {
        Tensor[] sources = [.. x.Where(input => input.DType.IsDifferentiable)];
        using GradientTape tape = new();
        foreach (Tensor source in sources)
            tape.Watch(source);
        Tensor y = call(x)[0];
        // Outside a function only what ran is on the tape: a weight that no step used is not connected, where Python's graph gives zeros.
        return [y, .. tape.Gradient(y, sources, unconnected: UnconnectedGradients.Zero)!];
    });

    /// <summary>The value, the gradients of its sum, and the gradients of the sum of these.</summary>
    private static Dictionary<string, object?> Values(string form, Func<Tensor[], IReadOnlyList<Tensor>> f, Tensor[] inputs)
    {
        Tensor[] found = InForm(form, f, inputs, (call, x) =>
        {
            using GradientTape outer = new();
            using GradientTape inner = new();
            foreach (Tensor source in x)
            {
                outer.Watch(source);
                inner.Watch(source);
            }

            Tensor y = call(x)[0];
            Tensor[] first = inner.Gradient(y, x)!;
            return [y, .. first, .. outer.Gradient(first, x)!];
        });
        int count = inputs.Length;
        return new()
        {
            ["value"] = found[0],
            ["gradients_of_sum"] = found[1..(1 + count)],
            ["second_gradients_of_sum"] = found[(1 + count)..]
        };
    }

    private static Tensor[] InForm(
        string form, Func<Tensor[], IReadOnlyList<Tensor>> f, Tensor[] inputs,
            Func<Func<Tensor[], IReadOnlyList<Tensor>>, Tensor[], Tensor[]> derive)
    {
        switch (form)
        {
            case "eager":
                return derive(f, inputs);
            case "called":
                using (Function function = new(f))
                    return derive(x => function.Call(x), inputs);
            default:
                using (Function function = new(x => derive(f, x), new FunctionOptions { Compile = form == "compiled" }))
                    return function.Call(inputs);
        }
    }
}
