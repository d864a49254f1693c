using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

internal static partial class Keras3Operations
{
    private static void AddNumbers(OperationTable table)
    {
        table.Add("Ldexp", "x1 x2", a =>
        {
            Tensor x = Promotion.Floating(a.Tensor("x1")), result = x * Tf.Pow(Tensor.Scalar(2, x.DType), Tf.Cast(a.Tensor("x2"), x.DType));
            return Tf.Where(Tf.LogicalOr(Tf.Math.IsInf(x), Tf.Equal(x, Tf.ZerosLike(x))), x, result);
        });
        table.Add("Gcd", "x1 x2", a => Divisor(Pair(a)));
        table.Add("Lcm", "x1 x2", a =>
        {
            (Tensor x, Tensor y) = Pair(a);
            Tensor divisor = Divisor((x, y)), isZero = Tf.Equal(divisor, Tf.ZerosLike(divisor));
            Tensor multiple = Tf.Abs(x) * Tf.Math.FloorDiv(Tf.Abs(y), Tf.Where(isZero, Tf.OnesLike(divisor), divisor));
            return Tf.Where(isZero, Tf.ZerosLike(multiple), multiple);
        });
        table.Add("IsIn", "x1 x2", a =>
        {
            (Tensor x, Tensor y) = Pair(a);
            Tensor found = Tf.ReduceAny(Tf.Equal(Tf.ExpandDims(x, -1), Tf.Reshape(y, [-1])), -1);
            return a.Flag("invert") ? Tf.LogicalNot(found) : found;
        });
        table.Add("Polar", "abs_ angle", a =>
        {
            (Tensor length, Tensor angle) = Promotion.Of(a.Tensor("abs_"), a.Tensor("angle"));
            return Tf.Complex(length * Tf.Cos(angle), length * Tf.Sin(angle));
        });
        table.Add("View", "x", a => View(a, a.Tensor("x"), a.DType("dtype") ?? a.Tensor("x").DType));
        table.Add(
            "ViewAsComplex", "x", a => a.Tensor("x") is var x ? Tf.Complex(x[TensorIndex.Ellipsis, 0], x[TensorIndex.Ellipsis, 1]) : x);
        table.Add("ViewAsReal", "x", a => Tf.Stack([Tf.Real(a.Tensor("x")), Tf.Imag(a.Tensor("x"))], -1));
        table.Add("EmptyLike", "x", a => Tf.ZerosLike(a.Tensor("x"), a.DType("dtype") ?? a.Tensor("x").DType));
        table.Add("Linspace", "start stop", a => Linspace(a, a.Tensor("start"), a.Tensor("stop")));
        table.Add("Logspace", "start stop", a =>
        {
            Tensor exponents = Linspace(a, a.Tensor("start"), a.Tensor("stop"));
            return Tf.Pow(Tensor.Scalar(a.Number("base", 10), exponents.DType), exponents);
        });
        table.Add("Geomspace", "start stop", a =>
        {
            Tensor start = Promotion.Floating(a.Tensor("start")), stop = Promotion.Floating(a.Tensor("stop"));
            Tensor sizes = Tf.Exp(Linspace(a, Tf.Log(Tf.Abs(start)), Tf.Log(Tf.Abs(stop))));
            return sizes * Tf.ExpandDims(Tf.Sign(start), a.Int("axis", 0));
        });
        table.Add("Nanargmax", "x", a => PositionOfNumber(a, double.NegativeInfinity, Tf.ArgMax));
        table.Add("Nanargmin", "x", a => PositionOfNumber(a, double.PositiveInfinity, Tf.ArgMin));
        NanQuantile("Nanmedian", _ => 0.5);
        NanQuantile("Nanquantile", a => Linear(a, a.Number("q", 0.5)));
        NanQuantile("Nanpercentile", a => Linear(a, a.Number("q", 50) / 100));
        table.Add("Bincount", "x", a =>
        {
            if (a.Flag("sparse"))
                throw a.Fail("expected a bincount whose result is no sparse tensor, which this build does not have between layers.");
            Tensor x = Index(a, "x");
            return Tf.Math.Bincount(x, a.OptionalTensor("weights"), a.Int("minlength", 0), byRow: x.Rank == 2);
        });
        table.AddMany("Nonzero", "x", a =>
        {
            Tensor x = a.Tensor("x"), places = RawOps.Where(Tf.NotEqual(x, Tf.ZerosLike(x)));
            return [.. Enumerable.Range(0, x.Rank).Select(axis => Tf.Cast(places[.., axis], DType.Int32))];
        });
        table.AddMany("UnravelIndex", "indices", a =>
        {
            Tensor rest = Index(a, "indices");
            List<Tensor> places = [];
            // Of more than one dimension Keras takes the sizes from the first one on.
            foreach (int size in rest.Rank == 1 ? a.Ints("shape").Reverse() : a.Ints("shape"))
            {
                Tensor length = Tensor.Scalar((double)size, rest.DType);
                places.Insert(0, Tf.Math.FloorMod(rest, length));
                rest = Tf.Math.FloorDiv(rest, length);
            }

            return [.. places];
        });
        table.Add("Select", "condlist choicelist default", a =>
        {
            Tensor[] choices = Promotion.Of(a.Tensors("choicelist")), conditions = a.Tensors("condlist");
            Tensor result = Tf.Cast(a.Tensor("default", choices[0]), choices[0].DType);
            for (int i = conditions.Length - 1; i >= 0; i--)
                result = Tf.Where(Tf.Cast(conditions[i], DType.Bool), choices[i], result);
            return result;
        });

        (Tensor X, Tensor Y) Pair(OperationArguments a) => Promotion.Of(a.Tensor("x1"), a.Tensor("x2"));

        void NanQuantile(string name, Func<OperationArguments, double> q) => table.Add(name, "x q", a => OperationFormulas.NanQuantile(
            Promotion.Floating(a.Tensor("x")), q(a), a.OptionalInts("axis"), a.Flag("keepdims")));
    }

    // Euclid's algorithm, for all elements at once.
    private static Tensor Divisor((Tensor X, Tensor Y) pair)
    {
        if (!pair.X.DType.IsInteger)
            throw new TfLbfgsException($"A greatest common divisor: expected integers, received {pair.X.Describe()}.");
        Tensor shape = RawOps.BroadcastArgs(Tf.Shape(pair.X), Tf.Shape(pair.Y));
        Tensor x = Tf.BroadcastTo(Tf.Abs(pair.X), shape), y = Tf.BroadcastTo(Tf.Abs(pair.Y), shape);
        return Tf.While(
            state => Tf.ReduceAny(Tf.NotEqual(state[1], Tf.ZerosLike(state[1]))),
            state =>
            {
                Tensor isDone = Tf.Equal(state[1], Tf.ZerosLike(state[1]));
                Tensor rest = Tf.Math.FloorMod(state[0], Tf.Where(isDone, Tf.OnesLike(state[1]), state[1]));
                return [Tf.Where(isDone, state[0], state[1]), Tf.Where(isDone, state[1], rest)];
            },
            [x, y],
            shapeInvariants: [x.Shape, x.Shape])[0];
    }

    private static Tensor View(OperationArguments a, Tensor x, DType dtype)
    {
        if (x.DType.Size >= dtype.Size)
        {
            Tensor parts = RawOps.Bitcast(x, dtype);
            return x.DType.Size == dtype.Size ? parts : Tf.Reshape(parts, Tf.Concat([Tf.Shape(x)[..^1], Tensor.From<int>([-1])], 0));
        }

        int ratio = dtype.Size / x.DType.Size;
        if (x.Rank == 0 || x.Shape[-1] < 0 || x.Shape[-1] % ratio != 0)
            throw a.Fail($"expected a last dimension divisible by {ratio} to view it as {dtype.PythonName}, received {x.Describe()}.");
        return RawOps.Bitcast(Tf.Reshape(x, Tf.Concat([Tf.Shape(x)[..^1], Tensor.From<int>([-1, ratio])], 0)), dtype);
    }

    private static Tensor Linspace(OperationArguments a, Tensor start, Tensor stop)
    {
        DType dtype = a.DType("dtype") ?? Promotion.Floating(start).DType;
        if (!dtype.IsFloating || a.Flag("retstep"))
            throw a.Fail("expected numbers of a floating-point dtype without their step ('retstep').");
        int count = a.Int("num", 50);
        Tensor first = Tf.Cast(start, dtype), last = Tf.Cast(stop, dtype);
        if (!a.Flag("endpoint", true) && count > 1)
            last -= (last - first) / (double)count;
        return Tf.Linspace(first + Tf.ZerosLike(last), last + Tf.ZerosLike(first), count, a.Int("axis", 0));
    }

    // -1 where all elements are NaN.
    private static Tensor PositionOfNumber(OperationArguments a, double instead, Func<Tensor, int, DType, Tensor> compute)
    {
        Tensor x = a.Tensor("x");
        Tensor place = Position(a, (values, axis, dtype) => compute(OperationFormulas.WithoutNan(values, instead), axis, dtype));
        return x.DType.IsFloating
            ? Tf.Where(Tf.ReduceAll(Tf.Math.IsNan(x), a.OptionalInts("axis"), a.Flag("keepdims")), Tensor.Scalar(-1), place)
            : place;
    }
}
