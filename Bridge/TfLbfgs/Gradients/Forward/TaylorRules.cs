using System.Collections.Frozen;
using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients.Forward;

/// <summary>
/// The Taylor coefficients of the output of an op from those of its inputs. Coefficient k of f(x(t)) is its k-th derivative by t at 0 over
/// k!. A coefficient that is null is zero. Most functions follow from a differential equation
/// y' = w x' with a w that is known along with y (Griewank and Walther, Evaluating Derivatives, chapter 13).
/// </summary>
internal static class TaylorRules
{
    private static readonly FrozenDictionary<string, Func<Tensor, Tensor?[], Tensor?[]>> Unary =
        new Dictionary<string, Func<Tensor, Tensor?[], Tensor?[]>>
        {
            [OpNames.Exp] = Exp,
            [OpNames.Expm1] = (y, x) => Integrate(y, x, PlusOne),
            [OpNames.Log] = (y, x) => Integrate(y, x, Reciprocal(x)),
            [OpNames.Log1p] = (y, x) => Integrate(y, x, Reciprocal(AddTo(x, 1))),
            [OpNames.Sin] = (y, x) => SinCos(y, RawOps.Cos(x[0]!), x, -1),
            [OpNames.Cos] = (y, x) => SinCos(y, RawOps.Neg(RawOps.Sin(x[0]!)), x, -1),
            [OpNames.Sinh] = (y, x) => SinCos(y, RawOps.Cosh(x[0]!), x, 1),
            [OpNames.Cosh] = (y, x) => SinCos(y, RawOps.Sinh(x[0]!), x, 1),
            [OpNames.Tanh] = (y, x) => Integrate(y, x, OneMinusSquare),
            [OpNames.Sigmoid] = Sigmoid,
            [OpNames.Softplus] = (y, x) => Integrate(y, x, Sigmoid(RawOps.Sigmoid(x[0]!), x)),
            [OpNames.Erf] = (y, x) =>
                Integrate(y, x, Scale(Exp(RawOps.Exp(-RawOps.Square(x[0]!)), Scale(Multiply(x, x), -1)), 2 / Math.Sqrt(Math.PI))),
            [OpNames.Erfc] = (y, x) =>
                Integrate(y, x, Scale(Exp(RawOps.Exp(-RawOps.Square(x[0]!)), Scale(Multiply(x, x), -1)), -2 / Math.Sqrt(Math.PI))),
            [OpNames.Atan] = (y, x) => Integrate(y, x, Reciprocal(AddTo(Multiply(x, x), 1))),
            [OpNames.Square] = (_, x) => Multiply(x, x),
            [OpNames.Sqrt] = Sqrt,
            [OpNames.Rsqrt] = (_, x) => Reciprocal(Sqrt(RawOps.Sqrt(x[0]!), x)),
            [OpNames.Reciprocal] = (_, x) => Reciprocal(x),
            [OpNames.Relu] = (y, x) => Masked(y, x, RawOps.Cast(x[0]! > 0, x[0]!.DType)),
            [OpNames.Abs] = (y, x) => Masked(y, x, RawOps.Sign(x[0]!)),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The coefficients of each output; null where all beyond the value are zero.</summary>
    /// <param name="operation">The op.</param>
    /// <param name="outputs">Its outputs.</param>
    /// <param name="inputs">The coefficients of each input, the value first; null: a constant.</param>
    /// <param name="order">The highest coefficient.</param>
    public static Tensor?[]?[] Apply(Operation operation, Tensor[] outputs, Tensor?[]?[] inputs, int order)
    {
        if (GradientRegistry.IsNotDifferentiable(operation.Name))
            return new Tensor?[]?[outputs.Length];
        if (operation.Name == OpNames.ReadVariableOp || OpStructure.IsSum(operation.Name) || OpStructure.LinearInputs(operation).Length > 0)
            return Linear(operation, outputs, inputs, order);
        if (OpStructure.IsProduct(operation.Name) && operation.Inputs.Count == 2)
            return [Product(operation, outputs[0], Series(operation, inputs, 0, order), Series(operation, inputs, 1, order))];
        if (OpStructure.IsProduct(operation.Name) && operation.Inputs.Count == 1)
            return [[outputs[0], .. inputs[0]!.Skip(1).Select(coefficient => LinearPropagation.Product(operation, [coefficient]))]];
        if (operation.Name is OpNames.RealDiv or OpNames.Div)
            return [Divide(outputs[0], Series(operation, inputs, 0, order), Series(operation, inputs, 1, order))];
        if (operation.Name == OpNames.SquaredDifference)
        {
            Tensor?[] difference = Subtract(Series(operation, inputs, 0, order), Series(operation, inputs, 1, order));
            return [Multiply(difference, difference)];
        }

        // The first derivative of a network within a derivative: dy (1 - y^2) and dy (y - y^2).
        if (operation.Name is OpNames.TanhGrad or OpNames.SigmoidGrad)
        {
            Tensor?[] y = Series(operation, inputs, 0, order);
            Func<int, Tensor?> slope = operation.Name == OpNames.TanhGrad ? OneMinusSquare(y) : MinusSquare(y);
            Tensor?[] product = Multiply(Series(operation, inputs, 1, order), [.. Enumerable.Range(0, order + 1).Select(slope)]);
            return [[outputs[0], .. product.AsSpan(1)]];
        }

        if (operation.Name == OpNames.Pow && inputs[1] is null && inputs[0] is { } power && NumberOf(operation.Inputs[1]) is { } exponent)
            return [Power(outputs[0], power, exponent)];
        if (operation.Inputs.Count == 1 && inputs[0] is { } x
            && Unary.TryGetValue(operation.Name, out Func<Tensor, Tensor?[], Tensor?[]>? rule))
            return [rule(outputs[0], x)];
        throw new TfLbfgsException(
            $"The op {operation.Name} has no Taylor rule. Those that a dense network is made of have one: sums, products, quotients, matrix products, linear ops, powers with a constant exponent, and "
            + $"{string.Join(", ", Unary.Keys.Order(StringComparer.Ordinal))}. Compute this derivative with nested tapes or a "
                + "ForwardAccumulator.");
    }

    private static Tensor?[] Series(Operation operation, Tensor?[]?[] inputs, int input, int order)
    {
        if (inputs[input] is { } known)
            return known;
        Tensor?[] constant = new Tensor?[order + 1];
        constant[0] = operation.Inputs[input];
        return constant;
    }

    private static Tensor?[]?[] Linear(Operation operation, Tensor[] outputs, Tensor?[]?[] inputs, int order)
    {
        Tensor?[]?[] results = Array.ConvertAll(outputs, output =>
        {
            Tensor?[] series = new Tensor?[order + 1];
            series[0] = output;
            return series;
        });
        for (int k = 1; k <= order; k++)
        {
            Tensor?[] perturbations = Array.ConvertAll(inputs, series => series?[k]);
            if (Array.TrueForAll(perturbations, perturbation => perturbation is null))
                continue;
            Tensor?[] found = LinearPropagation.Linear(operation, outputs, perturbations)!;
            for (int i = 0; i < found.Length; i++)
                results[i]![k] = found[i];
        }

        return results;
    }

    /// <summary>The Cauchy product, by an op that is linear in both inputs.</summary>
    private static Tensor?[] Product(Operation operation, Tensor output, Tensor?[] x, Tensor?[] y)
    {
        Tensor?[] z = new Tensor?[x.Length];
        z[0] = output;
        for (int k = 1; k < z.Length; k++)
        {
            for (int j = 0; j <= k; j++)
            {
                if (x[j] is not null && y[k - j] is not null)
                    z[k] = LinearPropagation.Add(z[k], LinearPropagation.Product(operation, [x[j], y[k - j]]));
            }
        }

        return z;
    }

    private static Tensor?[] Multiply(Tensor?[] x, Tensor?[] y)
    {
        Tensor?[] z = new Tensor?[x.Length];
        bool isSquare = ReferenceEquals(x, y);
        for (int k = 0; k < z.Length; k++)
            z[k] = isSquare ? SquareTerm(x, k) : Term(x, y, k, 0, k);
        return z;
    }

    /// <summary>The sum of x_j y_(k-j) for j from first to last.</summary>
    private static Tensor? Term(Tensor?[] x, Tensor?[] y, int k, int first, int last)
    {
        Tensor? sum = null;
        for (int j = first; j <= last; j++)
        {
            if (x[j] is { } left && y[k - j] is { } right)
                sum = LinearPropagation.Add(sum, left * right);
        }

        return sum;
    }

    /// <summary>The k-th coefficient of a square: every product that stands twice is computed once.</summary>
    private static Tensor? SquareTerm(Tensor?[] x, int k)
    {
        Tensor? sum = null;
        for (int j = 0; 2 * j < k; j++)
        {
            if (x[j] is { } left && x[k - j] is { } right)
                sum = LinearPropagation.Add(sum, left * right);
        }

        sum = sum is null ? null : sum * 2;
        return k % 2 == 0 && x[k / 2] is { } middle ? LinearPropagation.Add(sum, RawOps.Square(middle)) : sum;
    }

    /// <summary>y from y' = w x', where w is known up to the coefficient before.</summary>
    private static Tensor? Integral(Tensor?[] x, Tensor?[] w, int k)
    {
        Tensor? sum = null;
        for (int j = 1; j <= k; j++)
        {
            if (x[j] is { } coefficient && w[k - j] is { } factor)
                sum = LinearPropagation.Add(sum, j == k ? coefficient * factor : coefficient * factor * ((double)j / k));
        }

        return sum;
    }

    private static Tensor?[] Integrate(Tensor y, Tensor?[] x, Tensor?[] w)
    {
        Tensor?[] result = new Tensor?[x.Length];
        result[0] = y;
        for (int k = 1; k < result.Length; k++)
            result[k] = Integral(x, w, k);
        return result;
    }

    /// <summary>y from y' = w(y) x': each coefficient of w follows from those of y so far.</summary>
    private static Tensor?[] Integrate(Tensor y, Tensor?[] x, Func<Tensor?[], Func<int, Tensor?>> weight)
    {
        Tensor?[] result = new Tensor?[x.Length], w = new Tensor?[x.Length];
        result[0] = y;
        Func<int, Tensor?> ofY = weight(result);
        for (int k = 1; k < result.Length; k++)
        {
            w[k - 1] = ofY(k - 1);
            result[k] = Integral(x, w, k);
        }

        return result;
    }

    private static Tensor?[] Exp(Tensor y, Tensor?[] x) => Integrate(y, x, series => k => series[k]);

    private static Tensor?[] Sigmoid(Tensor y, Tensor?[] x) =>
        Integrate(y, x, MinusSquare);

    /// <summary>y - y^2.</summary>
    private static Func<int, Tensor?> MinusSquare(Tensor?[] series) =>
        k => LinearPropagation.Add(series[k], SquareTerm(series, k) is { } square ? -square : null);

    private static Func<int, Tensor?> OneMinusSquare(Tensor?[] series) =>
        k => k == 0 ? 1 - RawOps.Square(series[0]!) : SquareTerm(series, k) is { } square ? -square : null;

    private static Func<int, Tensor?> PlusOne(Tensor?[] series) => k => k == 0 ? series[0]! + 1 : series[k];

    private static Tensor?[] AddTo(Tensor?[] x, double constant)
    {
        Tensor?[] sum = [.. x];
        sum[0] = x[0]! + constant;
        return sum;
    }

    /// <summary>y' = v x', v' = sign y x': sine and cosine, and the hyperbolic ones.</summary>
    private static Tensor?[] SinCos(Tensor y, Tensor derivative, Tensor?[] x, int sign)
    {
        Tensor?[] first = new Tensor?[x.Length], second = new Tensor?[x.Length];
        (first[0], second[0]) = (y, derivative);
        for (int k = 1; k < x.Length; k++)
        {
            first[k] = Integral(x, second, k);
            if (k + 1 < x.Length && Integral(x, first, k) is { } term)
                second[k] = sign < 0 ? -term : term;
        }

        return first;
    }

    private static Tensor?[] Sqrt(Tensor y, Tensor?[] x)
    {
        Tensor?[] result = new Tensor?[x.Length];
        result[0] = y;
        Tensor? half = null;
        for (int k = 1; k < result.Length; k++)
        {
            Tensor? rest = LinearPropagation.Add(x[k], Term(result, result, k, 1, k - 1) is { } inner ? -inner : null);
            result[k] = rest is null ? null : rest * (half ??= 0.5 / y);
        }

        return result;
    }

    private static Tensor?[] Reciprocal(Tensor?[] x)
    {
        Tensor?[] result = new Tensor?[x.Length];
        result[0] = RawOps.Reciprocal(x[0]!);
        for (int k = 1; k < result.Length; k++)
            result[k] = Term(x, result, k, 1, k) is { } term ? -term * result[0]! : null;
        return result;
    }

    private static Tensor?[] Divide(Tensor z, Tensor?[] x, Tensor?[] y)
    {
        Tensor?[] result = new Tensor?[x.Length];
        result[0] = z;
        for (int k = 1; k < result.Length; k++)
        {
            Tensor? rest = LinearPropagation.Add(x[k], Term(y, result, k, 1, k) is { } term ? -term : null);
            // Broadcast as the quotient was.
            result[k] = rest is null ? null : rest / y[0]!;
        }

        return result;
    }

    private static Tensor?[] Subtract(Tensor?[] x, Tensor?[] y)
    {
        Tensor?[] result = new Tensor?[x.Length];
        for (int k = 0; k < result.Length; k++)
            result[k] = x[k] is { } left && y[k] is { } right ? left - right : x[k] is { } alone ? alone - RawOps.ZerosLike(y[0]!)
                : y[k] is { } negative ? RawOps.ZerosLike(x[0]!) - negative : null;
        return result;
    }

    /// <summary>x^n by products for a whole n, which is right at x = 0 too; else from x y' = a y x'.</summary>
    private static Tensor?[] Power(Tensor y, Tensor?[] x, double exponent)
    {
        if (exponent >= 1 && exponent <= 16 && exponent == Math.Floor(exponent))
        {
            Tensor?[] result = x;
            for (int n = 1; n < (int)exponent; n++)
                result = Multiply(result, n == 1 ? result : x);
            return [y, .. result.AsSpan(1)];
        }

        Tensor?[] series = new Tensor?[x.Length];
        series[0] = y;
        for (int k = 1; k < series.Length; k++)
        {
            Tensor? sum = null;
            for (int j = 1; j <= k; j++)
            {
                if (x[j] is { } coefficient && series[k - j] is { } before)
                    sum = LinearPropagation.Add(sum, coefficient * before * ((exponent * j - (k - j)) / k));
            }

            series[k] = sum is null ? null : sum / x[0]!;
        }

        return series;
    }

    private static Tensor?[] Scale(Tensor?[] x, double factor) =>
        Array.ConvertAll(x, coefficient => coefficient is null ? null : coefficient * factor);

    private static Tensor?[] Masked(Tensor y, Tensor?[] x, Tensor mask) =>
        [y, .. x.Skip(1).Select(coefficient => coefficient is null ? null : coefficient * mask)];

    /// <summary>The value of an exponent; null in a trace for one that is computed there.</summary>
    private static double? NumberOf(Tensor exponent)
    {
        if (exponent.KnownNumber is { } known)
            return known;
        return exponent.IsSymbolic || exponent.Shape.ElementCount != 1 ? null : exponent.ToDoubles()[0];
    }
}
